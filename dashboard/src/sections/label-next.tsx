import { useRef } from 'react';
import type { LabelNext as Answer, LabelCandidate } from '../../../src/analysis/labels/label-next.ts';
import type { Report } from '../../../src/analysis/report/report.ts';
import { count, minuteOf } from '../../../src/presentation/report-text.ts';
import { modelPath } from '../api/ask.ts';
import { Inputs } from '../components/inputs.tsx';
import { PushButton } from '../components/push-button.tsx';
import { Problem, Remark } from '../components/remark.tsx';
import { Nothing, Section } from '../components/section.tsx';
import { SegmentList } from '../components/segment-list.tsx';
import { labelChoices } from '../data/label-choices.ts';
import { useAnswer } from '../state/use-answer.ts';
import { useSeen } from '../state/use-seen.ts';
import { queryOf } from '../state/view.ts';
import { LabelEntry } from './label-next/label-entry.tsx';
import styles from './label-next.module.css';
import type { SectionProps } from './section-props.ts';

const listed = 10;

/** The disagreements whose labels would tell most, each with a place to enter the truth. */
export function LabelNext({ report, view }: SectionProps) {
  const query = queryOf({ ...view, shadow: report.shadow, from: null, to: null }, { limit: String(listed) });
  const place = useRef<HTMLDivElement>(null);
  const path = modelPath(report.model, `label-next${query}`);
  const { answer, problem, asking, again } = useAnswer<Answer>(path, useSeen(place));
  return (
    <Section
      id="label-next"
      title="Label these next"
      define="label_next"
      note={answer === null ? undefined : noteOf(answer)}
      actions={
        <PushButton onPress={again} isDisabled={asking}>
          {asking ? 'Asking…' : 'Get the next ones'}
        </PushButton>
      }
    >
      <div ref={place}>
        {problem === null ? null : <Problem>The list cannot be had: {problem}</Problem>}
        {answer === null ? (
          problem === null ? (
            <Nothing>Looking for the rows whose labels would tell most…</Nothing>
          ) : null
        ) : answer.rows.length === 0 ? (
          <Nothing>{emptyText(report, answer)}</Nothing>
        ) : (
          <Candidates report={report} answer={answer} />
        )}
      </div>
    </Section>
  );
}

function noteOf({ unlabelled }: Answer): string | undefined {
  return unlabelled === 0 ? undefined : `${count(unlabelled)} disagreements have no label`;
}

function emptyText({ overall }: Report, { young }: Answer): string {
  if (overall.n === 0) return 'Nothing is compared yet, so there is nothing to label.';
  return young === 0
    ? 'Every disagreement has its label. New ones are listed as traffic comes.'
    : `Every disagreement that is old enough has its label. ${count(young)} are younger than the label maturity: theirs may come by itself, and would not count yet.`;
}

function Candidates({ report, answer }: { readonly report: Report; readonly answer: Answer }) {
  const choices = labelChoices(report);
  return (
    <>
      <Remark>
        What the versions said is left out, since a person who knows it is led by it. The list stays as it is
        until you get the next ones.
        {answer.rows.every(({ features }) => features === null)
          ? ' Inputs are shown where deployment.yaml has capture: disagreements; look these rows up by their request id.'
          : ''}
      </Remark>
      <ol className={styles.list}>
        {answer.rows.map((row) => (
          <Candidate key={`${row.request_id} ${row.row}`} report={report} row={row} choices={choices} />
        ))}
      </ol>
    </>
  );
}

function Candidate({
  report,
  row,
  choices,
}: {
  readonly report: Report;
  readonly row: LabelCandidate;
  readonly choices: readonly string[] | null;
}) {
  const segments = Object.entries(row.segments).map(([column, value]) => ({ column, value }));
  return (
    <li className={styles.row}>
      <div>
        <span className={styles.id}>
          {row.request_id}
          {row.row === 0 ? '' : ` row ${row.row}`}
        </span>
        <time dateTime={row.timestamp} className={styles.quiet}>
          {minuteOf(row.timestamp)}
        </time>
      </div>
      <div className={styles.about}>
        <SegmentList segments={segments} />
        <p className={styles.quiet}>{row.why}</p>
        {row.features === null ? null : <Inputs features={row.features} />}
      </div>
      <LabelEntry report={report} requestId={row.request_id} row={row.row} choices={choices} />
    </li>
  );
}
