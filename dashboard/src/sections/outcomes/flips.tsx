import type { Report } from '../../../../src/analysis/report/report.ts';
import { count, share } from '../../../../src/presentation/report-text.ts';
import { Remark } from '../../components/remark.tsx';
import { Nothing, Section } from '../../components/section.tsx';
import table from '../../components/table.module.css';
import { Term } from '../../components/term.tsx';
import { type FlipMatrix, flipMatrix } from '../../data/flip-matrix.ts';
import styles from './flips.module.css';

/** Flips that are listed where there are too many labels for a matrix. */
const listedFlips = 12;

/** Who turned into what: a matrix where there are few labels, else the most frequent ones. */
export function Flips({ report }: { readonly report: Report }) {
  const { flips } = report;
  const matrix = flips === null ? null : flipMatrix(flips);
  const disagreeing = flips?.reduce((sum, { n }) => sum + n, 0) ?? 0;
  return (
    <Section
      id="outcomes"
      title="Flips"
      define="flips"
      note={disagreeing === 0 ? undefined : `${count(disagreeing)} rows changed their label`}
    >
      {flips === null || flips.length === 0 ? (
        <Nothing>
          {report.overall.n === 0
            ? 'No row is compared yet. Send requests; what the shadow would answer differently appears here.'
            : 'The versions have agreed on every row so far.'}
        </Nothing>
      ) : matrix === null ? (
        <FlipList report={report} flips={flips} />
      ) : (
        <Matrix report={report} matrix={matrix} />
      )}
    </Section>
  );
}

function Matrix({ report, matrix }: { readonly report: Report; readonly matrix: FlipMatrix }) {
  const { labels, counts, most, total } = matrix;
  return (
    <div className={table.scroll}>
      <table className={styles.matrix}>
        <caption className="unseen">
          Rows by what v{report.primary} says (down) and what v{report.shadow} says (across)
        </caption>
        <thead>
          <tr>
            <td rowSpan={2} />
            <th scope="colgroup" colSpan={labels.length} className={styles.shadow}>
              <Term of="flips">v{report.shadow} says</Term>
            </th>
          </tr>
          <tr>
            {labels.map((label) => (
              <th key={label} scope="col" className={styles.label}>
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {labels.map((primary, down) => (
            <tr key={primary}>
              <th scope="row">
                <span className={styles.says}>v{report.primary} says </span>
                {primary}
              </th>
              {labels.map((shadow, across) => (
                <Cell key={shadow} n={counts[down]?.[across] ?? null} most={most} total={total} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({
  n,
  most,
  total,
}: {
  readonly n: number | null;
  readonly most: number;
  readonly total: number;
}) {
  if (n === null) return <td className={styles.same}>same</td>;
  const strength = n === 0 ? 0 : Math.round(8 + (34 * n) / most);
  return (
    <td style={{ background: `color-mix(in srgb, var(--shadow) ${strength}%, var(--raised))` }}>
      <span className={styles.count}>{count(n)}</span>
      {n === 0 ? null : <span className={styles.share}>{share(n / total, 0)}</span>}
    </td>
  );
}

function FlipList({
  report,
  flips,
}: {
  readonly report: Report;
  readonly flips: NonNullable<Report['flips']>;
}) {
  const hidden = flips.length - listedFlips;
  return (
    <>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">v{report.primary} says</th>
            <th scope="col">v{report.shadow} says</th>
            <th scope="col" className={table.n}>
              rows
            </th>
          </tr>
        </thead>
        <tbody>
          {flips.slice(0, listedFlips).map(({ primary, shadow, n }) => (
            <tr key={JSON.stringify([primary, shadow])}>
              <td>{primary}</td>
              <td>{shadow}</td>
              <td className={table.n}>{count(n)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {hidden > 0 ? <Remark>{count(hidden)} rarer ones are in the report’s JSON.</Remark> : null}
    </>
  );
}
