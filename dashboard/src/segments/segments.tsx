import { lazy, memo, useDeferredValue, useMemo, useState } from 'react';
import { domainOf } from '../../../src/presentation/interval-domain.ts';
import { measureOf } from '../../../src/presentation/measure.ts';
import { count } from '../../../src/presentation/report-text.ts';
import { Boundary } from '../components/boundary.tsx';
import { Nothing, Section } from '../components/section.tsx';
import type { SectionProps } from '../sections/section-props.ts';
import { countByStatus, listedSegments, type SegmentFilter } from './listed-segments.ts';
import { SegmentFilters } from './segment-filters.tsx';
import { SegmentList } from './segment-list.tsx';
import styles from './segments.module.css';

const Overview = lazy(async () => ({ default: (await import('./overview.tsx')).Overview }));

/** From so many on, a plot of all of them stands above the list. */
const crowd = 40;

export interface SegmentsProps extends Pick<SectionProps, 'report'> {
  readonly onSegment: (name: string) => void;
}

/** A forest plot of all segments: each with its interval, drawn and written, and what is made of it. */
export const Segments = memo(function Segments({ report, onSegment }: SegmentsProps) {
  const [filter, setFilter] = useState<SegmentFilter>({ text: '', status: null, sort: 'worst' });
  // Typing goes first: the list of thousands follows when there is time.
  const deferred = useDeferredValue(filter);
  const { segments, overall } = report;
  const measure = useMemo(() => measureOf(report), [report]);
  const domain = useMemo(
    () => domainOf(measure, [overall, ...segments.map(({ block }) => block)]),
    [measure, overall, segments],
  );
  const counts = useMemo(() => countByStatus(segments), [segments]);
  const listed = useMemo(() => listedSegments(segments, deferred, measure), [segments, deferred, measure]);
  if (segments.length === 0) {
    return (
      <Section id="segments" title="Segments">
        <Nothing>
          No segment is known yet. Declare one in <code>deployment.yaml</code> (
          <code>segments: {'{country: {}}'}</code>) and send its value with each request; all traffic is
          judged meanwhile.
        </Nothing>
      </Section>
    );
  }
  return (
    <Section
      id="segments"
      title="Segments"
      define="status"
      note={
        listed.length === segments.length
          ? count(segments.length)
          : `${count(listed.length)} of ${count(segments.length)}`
      }
    >
      <SegmentFilters filter={filter} counts={counts} onChange={setFilter} />
      {segments.length >= crowd && measure.interval(overall) !== null ? (
        <Boundary name="all segments" waiting={<div className={styles.overviewWaits} />}>
          <Overview segments={listed} measure={measure} domain={domain} />
        </Boundary>
      ) : null}
      {listed.length === 0 ? (
        <Nothing>No segment is like that. Clear the filter to see all {count(segments.length)}.</Nothing>
      ) : (
        <SegmentList
          segments={listed}
          overall={overall}
          measure={measure}
          domain={domain}
          onSegment={onSegment}
        />
      )}
      <p className={styles.legend}>
        {measure.legend}
        {report.segments_omitted === 0
          ? null
          : ` ${count(report.segments_omitted)} less worrying segments are not listed.`}
      </p>
      {report.refused_segments.map(({ column, sentence }) => (
        <p key={column} className={styles.refused}>
          {sentence}
        </p>
      ))}
    </Section>
  );
});
