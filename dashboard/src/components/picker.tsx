import { Button, Label, ListBox, ListBoxItem, Popover, Select, SelectValue } from 'react-aria-components';
import styles from './picker.module.css';

export interface Choice {
  readonly id: string;
  readonly text: string;
  /** A quiet word beside it. */
  readonly note?: string;
}

export interface PickerProps {
  readonly label: string;
  readonly choices: readonly Choice[];
  readonly chosen: string;
  readonly onChoose: (id: string) => void;
}

/** A labelled menu of which one entry is chosen. */
export function Picker({ label, choices, chosen, onChoose }: PickerProps) {
  return (
    <Select
      className={styles.picker}
      value={chosen}
      onChange={(key) => {
        if (key !== null) onChoose(String(key));
      }}
    >
      <Label className={styles.label}>{label}</Label>
      <Button className={styles.button}>
        <SelectValue className={styles.value}>
          {({ selectedText }) => selectedText ?? choices.find(({ id }) => id === chosen)?.text ?? chosen}
        </SelectValue>
        <svg viewBox="0 0 12 12" width="10" height="10" aria-hidden="true" className={styles.arrow}>
          <path d="M2.5 4.5 6 8l3.5-3.5" />
        </svg>
      </Button>
      <Popover className={styles.popover} offset={4}>
        <ListBox className={styles.list} items={choices}>
          {({ id, text, note }) => (
            <ListBoxItem id={id} textValue={text} className={styles.item}>
              <span>{text}</span>
              {note === undefined ? null : <span className={styles.note}>{note}</span>}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </Select>
  );
}
