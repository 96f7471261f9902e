import { type RefObject, useEffect, useRef } from 'react';
import type { Report } from '../../../src/analysis/report/report.ts';
import { minuteOf } from '../../../src/presentation/report-text.ts';
import { modelPath } from '../api/ask.ts';
import { Inputs } from '../components/inputs.tsx';
import { Problem, Remark } from '../components/remark.tsx';
import { Nothing, Section } from '../components/section.tsx';
import { SegmentList } from '../components/segment-list.tsx';
import { type Comparison, comparisonOf } from '../data/comparison.ts';
import { distanceText, sideText } from '../data/outcome-text.ts';
import { useAnswer } from '../state/use-answer.ts';
import { useSeen } from '../state/use-seen.ts';
import { queryOf } from '../state/view.ts';
import styles from './disagreements.module.css';
import type { SectionProps } from './section-props.ts';

const listed = 12;
const leastPauseMs = 10_000;

interface Answer {
  readonly comparisons: readonly Readonly<Record<string, unknown>>[];
}

/** The newest rows on which the versions disagree, with their inputs where these were captured. */
export function Disagreements({ report, view }: SectionProps) {
  const query = queryOf(
    { ...view, shadow: report.shadow, from: null, to: null },
    { disagree: 'true', limit: String(listed) },
  );
  const place = useRef<HTMLDivElement>(null);
  const isSeen = useSeen(place);
  const { answer, problem, again } = useAnswer<Answer>(
    modelPath(report.model, `comparisons${query}`),
    isSeen,
  );
  useFollowing(report, place, isSeen, again);
  const rows = answer?.comparisons.map(comparisonOf) ?? null;
  return (
    <Section
      id="disagreements"
      title="Newest disagreements"
      define="disagreements"
      note="times in UTC, whatever the window; they hold still while you point at them"
    >
      <div ref={place}>
        {problem === null ? null : <Problem>The rows cannot be had: {problem}</Problem>}
        {rows === null ? (
          problem === null ? (
            <Nothing>Looking through the log…</Nothing>
          ) : null
        ) : rows.length === 0 ? (
          <Nothing>
            No disagreement is in the log. Once both versions have run some requests, those that they answer
            differently appear here.
          </Nothing>
        ) : (
          <>
            {rows.some(({ features }) => features !== null) ? null : (
              <Remark>
                Inputs are not stored. With <code>capture: disagreements</code> in deployment.yaml they are
                shown here, and kept in the log with whatever personal data they hold.
              </Remark>
            )}
            <ol className={styles.list}>
              {rows.map((row) => (
                <Row key={row.eventId} row={row} report={report} />
              ))}
            </ol>
          </>
        )}
      </div>
    </Section>
  );
}

/** Asks again after the report has changed: not more often than it can be read, nor while someone reads, nor unseen. */
function useFollowing(
  report: Report,
  place: RefObject<HTMLElement | null>,
  isSeen: boolean,
  again: () => void,
): void {
  const answered = useRef({ report: report.generated_at, atMs: Date.now() });
  useEffect(() => {
    if (!isSeen) return;
    const timer = setInterval(() => {
      const { report: known, atMs } = answered.current;
      const isRead = place.current?.matches(':hover, :focus-within') ?? false;
      const isHidden = document.visibilityState === 'hidden';
      if (known === report.generated_at || isRead || isHidden || Date.now() - atMs < leastPauseMs) return;
      answered.current = { report: report.generated_at, atMs: Date.now() };
      again();
    }, 1000);
    return () => clearInterval(timer);
  }, [report.generated_at, place, isSeen, again]);
}

function Row({ row, report }: { readonly row: Comparison; readonly report: Report }) {
  const distance = distanceText(row);
  return (
    <li className={styles.row}>
      <time dateTime={row.at} className={styles.quiet}>
        {minuteOf(row.at)}
      </time>
      <span className={styles.id}>
        {row.requestId}
        {row.row === 0 ? '' : ` row ${row.row}`}
      </span>
      <span className={styles.side} data-of="primary">
        <span className={styles.quiet}>v{report.primary}</span> {sideText(row, 'primary')}
      </span>
      <span className={styles.side} data-of="shadow">
        <span className={styles.quiet}>v{report.shadow}</span> {sideText(row, 'shadow')}
      </span>
      <div className={styles.about}>
        {distance === null ? null : <span className={styles.quiet}>{distance}</span>}
        <SegmentList segments={row.segments} />
        {row.features === null ? null : <Inputs features={row.features} />}
      </div>
    </li>
  );
}
