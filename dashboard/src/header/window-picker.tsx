import { type FormEvent, useState } from 'react';
import { minuteOf } from '../../../src/presentation/report-text.ts';
import { Field } from '../components/field.tsx';
import { Picker } from '../components/picker.tsx';
import { PushButton } from '../components/push-button.tsx';
import { Sheet } from '../components/sheet.tsx';
import { hoursText, type TimeWindow } from '../state/address.ts';
import styles from './window-picker.module.css';

const lasts = [6, 24, 7 * 24, 30 * 24];

/** Which time the numbers are of: all, the last so many hours, or from one moment to another. */
export function WindowPicker({
  window,
  onChoose,
}: {
  readonly window: TimeWindow;
  readonly onChoose: (window: TimeWindow) => void;
}) {
  const [asks, setAsks] = useState(false);
  const chosen = window.kind === 'last' ? `${window.hours}` : window.kind;
  const hours = window.kind === 'last' && !lasts.includes(window.hours) ? [...lasts, window.hours] : lasts;
  const between = window.kind === 'between' ? textOf(window) : 'From … to …';
  const choose = (id: string) => {
    if (id === 'between') setAsks(true);
    else onChoose(id === 'all' ? { kind: 'all' } : { kind: 'last', hours: Number(id) });
  };
  return (
    <>
      <Picker
        label="Time window"
        choices={[
          { id: 'all', text: 'All time' },
          ...hours.map((last) => ({ id: `${last}`, text: `Last ${hoursText(last)}` })),
          { id: 'between', text: between },
        ]}
        chosen={chosen}
        onChoose={choose}
      />
      <Sheet title="From when to when?" place="middle" isOpen={asks} onClose={() => setAsks(false)}>
        <WindowForm
          window={window}
          onChoose={(next) => {
            setAsks(false);
            onChoose(next);
          }}
        />
      </Sheet>
    </>
  );
}

function WindowForm({
  window,
  onChoose,
}: {
  readonly window: TimeWindow;
  readonly onChoose: (window: TimeWindow) => void;
}) {
  const known = window.kind === 'between' ? window : { from: null, to: null };
  const [from, setFrom] = useState(known.from?.slice(0, 16) ?? '');
  const [to, setTo] = useState(known.to?.slice(0, 16) ?? '');
  const isEmpty = from === '' && to === '';
  const isReversed = from !== '' && to !== '' && from >= to;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isEmpty || isReversed) return;
    onChoose({ kind: 'between', from: isoOf(from), to: isoOf(to) });
  };
  return (
    <form className={styles.form} onSubmit={submit}>
      <Field
        label="From, UTC"
        type="datetime-local"
        value={from}
        onChange={setFrom}
        hint="Empty: since the first row"
      />
      <Field label="To, UTC" type="datetime-local" value={to} onChange={setTo} hint="Empty: until now" />
      {isReversed ? <p role="alert">“From” is not before “to”, so the window would hold nothing.</p> : null}
      <PushButton kind="main" type="submit" isDisabled={isEmpty || isReversed}>
        Show this time
      </PushButton>
    </form>
  );
}

function isoOf(local: string): string | null {
  return local === '' ? null : new Date(`${local}Z`).toISOString();
}

function textOf({ from, to }: { readonly from: string | null; readonly to: string | null }): string {
  if (from === null) return `Until ${minuteOf(to)}`;
  return to === null ? `Since ${minuteOf(from)}` : `${minuteOf(from)} to ${minuteOf(to)}`;
}
