import type { Report, SliceReport } from '../../../src/analysis/report/report.ts';
import { signed } from '../../../src/analysis/verdict/percent-text.ts';
import { count, minuteOf, share } from '../../../src/presentation/report-text.ts';
import { Interval } from '../components/interval.tsx';
import { Remark } from '../components/remark.tsx';
import { Nothing, Section } from '../components/section.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import table from '../components/table.module.css';
import { Term } from '../components/term.tsx';
import type { SectionProps } from './section-props.ts';
import styles from './slices.module.css';

/** Conjunctions of segments that a search found, judged on the rows that came after it. */
export function Slices({ report }: SectionProps) {
  const { slices, slice_search: search } = report;
  return (
    <Section id="slices" title="Discovered slices" define="slices" note={searchedText(report)}>
      {slices === null || slices.length === 0 ? (
        <Nothing>
          {slices === null
            ? unsearched(report)
            : 'The search found no combination that loses more than others.'}
        </Nothing>
      ) : (
        <SliceTable report={report} slices={slices} />
      )}
      {search === null || search.omitted === 0 ? null : (
        <Remark>{count(search.omitted)} less worrying ones are not listed.</Remark>
      )}
      {search?.left_out.map((sentence) => (
        <Remark key={sentence}>{sentence}</Remark>
      ))}
    </Section>
  );
}

function searchedText({ slice_search: search }: Report): string | undefined {
  const last = search?.checkpoints.at(-1);
  if (search === null || last === undefined) return undefined;
  return `searched in ${search.columns.join(', ')}; last on ${minuteOf(last.at)} UTC`;
}

function unsearched({ task, segments }: Report): string {
  if (task !== 'classification' && task !== 'regression') {
    return 'Slices are searched where labels tell which version is right, in classification and regression.';
  }
  if (new Set(segments.map(({ segment }) => segment.column)).size < 2) {
    return 'A search needs two columns to combine: declare segments in deployment.yaml, or send them with the requests.';
  }
  return 'A search begins once 2,000 rows are known: their label has come, or both versions say the same and the label maturity has passed.';
}

function SliceTable({
  report,
  slices,
}: {
  readonly report: Report;
  readonly slices: readonly SliceReport[];
}) {
  const points = report.task === 'classification';
  const format = (value: number) => (points ? signed(100 * value, 1) : signed(value, 3));
  return (
    <div className={table.scroll}>
      <table className={table.table}>
        <thead>
          <tr>
            <th scope="col">slice</th>
            <th scope="col" className={`${table.n} ${styles.wide}`}>
              <Term of="traffic_share">traffic</Term>
            </th>
            <th scope="col" className={`${table.n} ${styles.wide}`}>
              <Term of="slice_rows">later rows</Term>
            </th>
            <th scope="col">
              <Term of={points ? 'accuracy_difference' : 'error'}>
                {points ? 'difference, points' : 'difference of errors'}
              </Term>
            </th>
            <th scope="col">
              <Term of="status">status</Term>
            </th>
          </tr>
        </thead>
        <tbody>
          {slices.map((slice) => (
            <tr key={JSON.stringify(slice.conditions)}>
              <th scope="row">
                {slice.conditions.map(({ column, value }) => (
                  <span key={column} className={styles.condition}>
                    <span className={table.quiet}>{column}=</span>
                    {value}
                  </span>
                ))}
                <span className={styles.found}>found on {minuteOf(slice.found.at)}</span>
                <span className={styles.narrow}>
                  {share(slice.traffic_share)} of traffic, {count(slice.n)} later rows
                </span>
              </th>
              <td className={`${table.n} ${styles.wide}`}>{share(slice.traffic_share)}</td>
              <td className={`${table.n} ${styles.wide}`}>{count(slice.n)}</td>
              <td>
                {slice.difference === null ? (
                  <span className={table.quiet}>not enough yet</span>
                ) : (
                  <Interval of={slice.difference} format={format} />
                )}
                <span className={styles.found}>
                  {count(slice.gains)} gains, {count(slice.losses)} losses
                </span>
              </td>
              <td>
                <StatusMark status={slice.status} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
