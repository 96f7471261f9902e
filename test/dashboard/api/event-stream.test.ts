import { describe, expect, it } from 'vitest';
import { EventStreamParser } from '../../../dashboard/src/api/event-stream.ts';

const stream =
  'retry: 2000\n\nid: 1\nevent: hello\ndata: {"a":1}\n\n: a comment\r\nevent: report\r\ndata: one\r\ndata:two\r\n\r\ndata: unnamed\n\nevent: nothing\n\n';
const events = [
  { name: 'hello', data: '{"a":1}' },
  { name: 'report', data: 'one\ntwo' },
  { name: 'message', data: 'unnamed' },
];

describe('a stream of server-sent events', () => {
  it('is taken apart', () => {
    expect(new EventStreamParser().push(stream)).toEqual(events);
  });

  it.each([1, 2, 3, 7, 50])('is taken apart in pieces of %d characters', (size) => {
    const parser = new EventStreamParser();
    const found = [];
    for (let at = 0; at < stream.length; at += size) found.push(...parser.push(stream.slice(at, at + size)));
    expect(found).toEqual(events);
  });

  it('gives nothing of an event that has not ended', () => {
    expect(new EventStreamParser().push('event: report\ndata: half')).toEqual([]);
  });
});
