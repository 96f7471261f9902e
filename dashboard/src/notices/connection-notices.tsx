import { useState } from 'react';
import { minuteOf } from '../../../src/presentation/report-text.ts';
import type { Live } from '../api/live.ts';
import { useNow } from '../state/use-now.ts';
import { Notice } from './notice.tsx';

/** What is not as usual between page and server. */
export function ConnectionNotices({ live }: { readonly live: Live }) {
  const { connection, restarted, report } = live;
  const [seen, see] = useState<string | null>(null);
  return (
    <>
      {connection.kind === 'lost' ? (
        <Lost
          sinceMs={connection.sinceMs}
          sentence={connection.sentence}
          shows={report?.generated_at ?? null}
        />
      ) : null}
      {restarted !== null && restarted !== seen && connection.kind === 'live' ? (
        <Notice kind="remark" onClose={() => see(restarted)}>
          <strong>The server was restarted</strong> at {restarted.slice(11, 19)} UTC. The report goes on from
          its log; rates and counts since loading begin anew. If it is another version of Understudy,{' '}
          <a href={location.href}>load this page again</a>.
        </Notice>
      ) : null}
    </>
  );
}

function Lost({
  sinceMs,
  sentence,
  shows,
}: {
  readonly sinceMs: number;
  readonly sentence: string | null;
  readonly shows: string | null;
}) {
  const seconds = Math.max(0, Math.round((useNow(1000) - sinceMs) / 1000));
  return (
    <Notice kind="problem">
      <strong>Disconnected</strong>{' '}
      {sentence === null ? `for ${seconds} s: the server does not answer.` : `for ${seconds} s: ${sentence}.`}{' '}
      The page tries again every 2 s
      {shows === null
        ? ''
        : `; it shows what was known at ${shows.slice(11, 19)} UTC on ${minuteOf(shows).slice(0, 10)}`}
      .{' '}
      {sentence === null ? (
        <>
          If the server was stopped, start it again: <code>npm start</code>.
        </>
      ) : null}
    </Notice>
  );
}
