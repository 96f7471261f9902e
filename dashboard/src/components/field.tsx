import { Input, Label, Text, TextField } from 'react-aria-components';
import styles from './field.module.css';

export interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly type?: 'text' | 'password' | 'datetime-local' | 'search';
  /** Small print below it. */
  readonly hint?: string;
  readonly placeholder?: string;
  readonly maxLength?: number;
  readonly autoFocus?: boolean;
  readonly isRequired?: boolean;
  /** The label is there for screen readers alone. */
  readonly hidesLabel?: boolean;
}

/** A line of text to enter, under its label. */
export function Field({ label, hint, type = 'text', placeholder, hidesLabel = false, ...rest }: FieldProps) {
  return (
    <TextField {...rest} type={type} className={styles.field} autoComplete="off">
      <Label className={hidesLabel ? 'unseen' : styles.label}>{label}</Label>
      <Input className={styles.input} placeholder={placeholder ?? ''} />
      {hint === undefined ? null : (
        <Text slot="description" className={styles.hint}>
          {hint}
        </Text>
      )}
    </TextField>
  );
}
