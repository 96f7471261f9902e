import type { ReactNode } from 'react';
import styles from './empty.module.css';

/** Instead of the page's content: what is missing, and what to do. */
export function Empty({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.empty}>
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** The server has no model. */
export function NoModel() {
  return (
    <Empty title="No model is served yet">
      <p>
        Put ONNX files into the models folder of the server; it notices them while it runs. Of two versions
        the higher one becomes the shadow:
      </p>
      <pre>{'cp my-v1.onnx models/churn.v1.onnx\ncp my-v2.onnx models/churn.v2.onnx'}</pre>
    </Empty>
  );
}

/** The model has no report, for the reason that the server gives. */
export function NoReport({
  model,
  code,
  error,
}: {
  readonly model: string;
  readonly code: string;
  readonly error: string;
}) {
  const isShadow = code === 'NO_SHADOW' || code === 'UNKNOWN_VERSION';
  return (
    <Empty title={isShadow ? 'There is nothing to compare' : 'There is no report'}>
      <p>{`${error.charAt(0).toUpperCase()}${error.slice(1)}.`}</p>
      {isShadow ? (
        <>
          <p>
            Add a version, or make one that is there a shadow. The page goes on by itself when there is one.
          </p>
          <pre>{`cp my-v9.onnx models/${model}.v9.onnx\nnpx understudy shadow add 9 --model ${model}`}</pre>
        </>
      ) : (
        <p>The page tries again by itself, and shows the report as soon as there is one.</p>
      )}
    </Empty>
  );
}

/** Nothing was compared in the window. */
export function NoRows({ model, isWindowed }: { readonly model: string; readonly isWindowed: boolean }) {
  return (
    <Empty title={isWindowed ? 'Nothing was compared in this time' : 'Nothing is compared yet'}>
      {isWindowed ? (
        <p>Choose another time window above, or send requests.</p>
      ) : (
        <>
          <p>
            Send requests; a share of them is copied to the shadow, and the comparison appears here within
            seconds.
          </p>
          <pre>{`curl -s ${location.origin}/predict/${model} \\\n  -d '{"id":"r1","segments":{"country":"DE"},"features":[0.3,-1.2,0.5]}'`}</pre>
        </>
      )}
    </Empty>
  );
}
