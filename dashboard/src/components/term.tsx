import type { ReactNode } from 'react';
import {
  Button,
  Dialog,
  DialogTrigger,
  Heading,
  Popover,
  Tooltip,
  TooltipTrigger,
} from 'react-aria-components';
import { type DefinitionKey, definitions, docsUrl } from '../text/definitions.ts';
import styles from './term.module.css';

/** A word with its definition: a sentence on hover and focus; pressed, it stays, with a link to the page that says more. */
export function Term({ of, children }: { readonly of: DefinitionKey; readonly children?: ReactNode }) {
  const { title, sentence, docs } = definitions[of];
  return (
    <DialogTrigger>
      <TooltipTrigger delay={350} closeDelay={80}>
        <Button className={styles.term}>{children ?? title}</Button>
        <Tooltip className={styles.tooltip} offset={6}>
          {sentence}
        </Tooltip>
      </TooltipTrigger>
      <Popover className={styles.popover} offset={6}>
        <Dialog className={styles.dialog}>
          <Heading slot="title" className={styles.title}>
            {title}
          </Heading>
          <p>{sentence}</p>
          <p>
            <a href={docsUrl(docs)} target="_blank" rel="noreferrer">
              How it is defined
            </a>
          </p>
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
