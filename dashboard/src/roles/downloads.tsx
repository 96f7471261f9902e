import { modelPath } from '../api/ask.ts';
import { queryOf, type View } from '../state/view.ts';
import styles from './roles.module.css';

const formats = [
  { format: 'html', name: 'HTML', ending: 'html' },
  { format: 'json', name: 'JSON', ending: 'json' },
  { format: 'parquet', name: 'Parquet', ending: 'parquet' },
  { format: 'markdown', name: 'Markdown', ending: 'md' },
] as const;

/** The report of the view, as files. */
export function Downloads({ view }: { readonly view: View }) {
  return (
    <p className={styles.downloads}>
      Report as{' '}
      {formats.map(({ format, name, ending }) => (
        <a
          key={format}
          href={modelPath(view.model, `report${queryOf(view, { format })}`)}
          download={`${view.model}-report.${ending}`}
        >
          {name}
        </a>
      ))}
    </p>
  );
}
