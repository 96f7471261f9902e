import { ToggleButton, ToggleButtonGroup } from 'react-aria-components';
import type { Status } from '../../../src/analysis/report/report.ts';
import { count } from '../../../src/presentation/report-text.ts';
import { Field } from '../components/field.tsx';
import { Picker } from '../components/picker.tsx';
import { StatusMark } from '../components/status-mark.tsx';
import type { SegmentFilter, SortKey } from './listed-segments.ts';
import styles from './segments.module.css';

const statuses: readonly Status[] = ['regressed', 'undecided', 'safe', 'better'];

const sorts: readonly { readonly id: SortKey; readonly text: string }[] = [
  { id: 'worst', text: 'Worst first' },
  { id: 'difference', text: 'By estimate' },
  { id: 'rows', text: 'Most rows' },
  { id: 'traffic', text: 'Most traffic' },
  { id: 'name', text: 'By name' },
];

/** Which segments are listed, and in which order. */
export function SegmentFilters({
  filter,
  counts,
  onChange,
}: {
  readonly filter: SegmentFilter;
  readonly counts: Readonly<Record<Status, number>>;
  readonly onChange: (filter: SegmentFilter) => void;
}) {
  return (
    <div className={styles.filters}>
      <ToggleButtonGroup
        aria-label="Status"
        className={styles.statuses}
        selectionMode="single"
        selectedKeys={filter.status === null ? [] : [filter.status]}
        onSelectionChange={([key]) =>
          onChange({ ...filter, status: statuses.find((status) => status === key) ?? null })
        }
      >
        {statuses
          .filter((status) => counts[status] > 0 || filter.status === status)
          .map((status) => (
            <ToggleButton key={status} id={status} className={styles.status}>
              <StatusMark status={status} /> <span className={styles.count}>{count(counts[status])}</span>
            </ToggleButton>
          ))}
      </ToggleButtonGroup>
      <div className={styles.search}>
        <Field
          label="Filter segments by name"
          hidesLabel
          type="search"
          placeholder="Filter, such as country=BR"
          value={filter.text}
          onChange={(text) => onChange({ ...filter, text })}
          maxLength={200}
        />
      </div>
      <Picker
        label="Order"
        choices={sorts}
        chosen={filter.sort}
        onChoose={(id) => onChange({ ...filter, sort: sorts.find((sort) => sort.id === id)?.id ?? 'worst' })}
      />
    </div>
  );
}
