import type { Report } from '../../../src/analysis/report/report.ts';
import { count, share } from '../../../src/presentation/report-text.ts';
import layout from '../components/layout.module.css';
import { Remark } from '../components/remark.tsx';
import { Nothing, Part, Section } from '../components/section.tsx';
import { Term } from '../components/term.tsx';
import { type DropReason, dropsOf } from '../data/drops.ts';
import { type DefinitionKey, definitions } from '../text/definitions.ts';
import type { SectionProps } from './section-props.ts';
import { Interference } from './traffic/interference.tsx';
import styles from './traffic.module.css';

/** What became of the traffic on its way to the shadow, and what that costs the primary. */
export function Traffic({ report, status }: SectionProps) {
  return (
    <Section id="traffic" title="Interference and dropped traffic" define="dropped">
      <div className={styles.parts}>
        <Part title="From traffic to comparisons" define="sampled" note="rows">
          {report.traffic.rows === 0 ? (
            <Nothing>No traffic in this window. Send requests, or choose a longer window.</Nothing>
          ) : (
            <Funnel report={report} />
          )}
        </Part>
        <Part title="Interference with the primary" define="interference">
          <Interference report={report} interference={status?.interference ?? report.interference} />
        </Part>
      </div>
    </Section>
  );
}

function Funnel({ report: { traffic, sampling } }: { readonly report: Report }) {
  const drops = dropsOf(traffic);
  const lost = drops.filter(({ rows }) => rows > 0);
  const never = drops.filter(({ rows }) => rows === 0);
  const [worst] = lost;
  const most = Math.max(traffic.rows, traffic.sampled, traffic.compared);
  return (
    <div className={layout.stack}>
      <dl className={styles.bars}>
        <Bar define="all_rows" rows={traffic.rows} most={most} of="traffic" />
        <Bar
          define="sampled"
          rows={traffic.sampled}
          most={most}
          of="shadow"
          note={`${share(traffic.sampled / traffic.rows)} of all`}
        />
        <Bar define="compared" rows={traffic.compared} most={most} of="shadow" />
        {lost.map(({ reason, rows, share: part }) => (
          <Bar
            key={reason}
            define={`dropped_${reason}`}
            label={`Dropped: ${nameOf(reason)}`}
            rows={rows}
            most={most}
            of="dropped"
            note={`${share(part)} of the sampled`}
          />
        ))}
      </dl>
      {worst === undefined ? null : <Remark>{definitions[`dropped_${worst.reason}`].sentence}</Remark>}
      <Remark>
        {worst === undefined
          ? 'Nothing that was sampled has been dropped. '
          : never.length === 0
            ? ''
            : `None dropped for other reasons (${never.map(({ reason }) => nameOf(reason)).join(', ')}). `}
        {sampling === null ? null : (
          <>
            <Term of="effective_sample">Sampled now</Term>: {share(sampling.share)} of the present traffic.
          </>
        )}
      </Remark>
    </div>
  );
}

function nameOf(reason: DropReason): string {
  return definitions[`dropped_${reason}`].title.toLowerCase();
}

function Bar({
  define,
  label,
  rows,
  most,
  of,
  note,
}: {
  readonly define: DefinitionKey;
  readonly label?: string;
  readonly rows: number;
  readonly most: number;
  readonly of: 'traffic' | 'shadow' | 'dropped';
  readonly note?: string;
}) {
  return (
    <div className={styles.bar}>
      <dt>
        <Term of={define}>{label}</Term>
      </dt>
      <dd className={styles.track} aria-hidden="true">
        <span data-of={of} style={{ width: `${(100 * rows) / most}%` }} />
      </dd>
      <dd className={styles.rows}>{count(rows)}</dd>
      <dd className={styles.note}>{note}</dd>
    </div>
  );
}
