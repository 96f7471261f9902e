import { type FormEvent, useId, useState } from 'react';
import type { Report } from '../../../../src/analysis/report/report.ts';
import { sendLabel } from '../../api/send-label.ts';
import { labelComplaint } from '../../data/label-choices.ts';
import styles from './label-entry.module.css';

type Sent =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'sending' | 'kept'; readonly label: string }
  | { readonly kind: 'refused'; readonly sentence: string };

/** A place to enter the truth about one row. What was sent is not taken back but replaced: the latest label counts. */
export function LabelEntry({
  report,
  requestId,
  row,
  choices,
}: {
  readonly report: Report;
  readonly requestId: string;
  readonly row: number;
  /** A button each; null where the label is typed in. */
  readonly choices: readonly string[] | null;
}) {
  const [sent, setSent] = useState<Sent>({ kind: 'nothing' });
  const [typing, setTyping] = useState(choices === null);
  const send = (label: string) => {
    setSent({ kind: 'sending', label });
    sendLabel(report.model, { requestId, row, label }).then(
      () => setSent({ kind: 'kept', label }),
      (failure: unknown) => setSent({ kind: 'refused', sentence: sentenceOf(failure) }),
    );
  };
  const chosen = 'label' in sent ? sent.label : null;
  return (
    <fieldset className={styles.entry}>
      <legend className="unseen">Label of {requestId}</legend>
      <div className={styles.choices}>
        {choices?.map((label) => (
          <button
            key={label}
            type="button"
            className={styles.choice}
            aria-pressed={chosen === label}
            disabled={sent.kind === 'sending'}
            onClick={() => send(label)}
          >
            {label}
          </button>
        ))}
        {typing ? (
          <TypedLabel
            report={report}
            disabled={sent.kind === 'sending'}
            onLabel={send}
            onComplaint={setSent}
          />
        ) : (
          <button type="button" className={styles.other} onClick={() => setTyping(true)}>
            other…
          </button>
        )}
      </div>
      <p className={styles.told} role="status" data-kind={sent.kind}>
        {toldOf(sent)}
      </p>
    </fieldset>
  );
}

function TypedLabel({
  report,
  disabled,
  onLabel,
  onComplaint,
}: {
  readonly report: Report;
  readonly disabled: boolean;
  readonly onLabel: (label: string) => void;
  readonly onComplaint: (sent: Sent) => void;
}) {
  const id = useId();
  const [text, setText] = useState('');
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const complaint = labelComplaint(report.task, text);
    if (complaint === null) onLabel(text.trim());
    else onComplaint({ kind: 'refused', sentence: complaint });
  };
  return (
    <form className={styles.typed} onSubmit={submit}>
      <label htmlFor={id} className="unseen">
        {report.task === 'ranking' ? 'the relevant item' : 'the true outcome'}
      </label>
      <input
        id={id}
        value={text}
        onChange={(event) => setText(event.target.value)}
        placeholder={report.task === 'ranking' ? 'relevant item' : 'truth'}
        inputMode={report.task === 'regression' ? 'decimal' : 'text'}
        autoComplete="off"
        spellCheck={false}
      />
      <button type="submit" className={styles.choice} disabled={disabled}>
        Keep
      </button>
    </form>
  );
}

function sentenceOf(failure: unknown): string {
  if (failure instanceof TypeError)
    return 'The server cannot be reached; the label is not kept. Send it again.';
  return `Not kept: ${failure instanceof Error ? failure.message : String(failure)}`;
}

function toldOf(sent: Sent): string {
  switch (sent.kind) {
    case 'nothing':
      return '';
    case 'sending':
      return 'Sending…';
    case 'kept':
      return `Kept as ${sent.label}. Send another to correct it.`;
    case 'refused':
      return sent.sentence;
  }
}
