import { Button, type ButtonProps } from 'react-aria-components';
import styles from './push-button.module.css';

export interface PushButtonProps extends Omit<ButtonProps, 'className' | 'style'> {
  /** `main` is what the place is for; `danger` what one should think about; else it is quiet. */
  readonly kind?: 'main' | 'danger' | 'quiet';
}

export function PushButton({ kind = 'quiet', ...rest }: PushButtonProps) {
  return <Button {...rest} className={`${styles.button} ${styles[kind]}`} />;
}
