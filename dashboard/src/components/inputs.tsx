import { capturedInputs } from '../data/captured-inputs.ts';
import styles from './inputs.module.css';

/** Inputs of a row as they were captured, folded away until they are asked for. */
export function Inputs({ features }: { readonly features: string }) {
  return (
    <details className={styles.inputs}>
      <summary>Inputs</summary>
      <dl>
        {capturedInputs(features).map(({ name, text }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </details>
  );
}
