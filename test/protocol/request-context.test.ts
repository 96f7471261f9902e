import { describe, expect, it } from 'vitest';
import {
  checkEntity,
  checkRequestId,
  checkSegmentCount,
  checkSegmentName,
  checkSegmentValue,
} from '../../src/protocol/request-context.ts';
import { refusalOf } from './refusal.ts';

describe('a segment', () => {
  it('has a name that can be a column, in lower case', () => {
    expect(checkSegmentName('Country_2')).toBe('country_2');
    expect(checkSegmentName('a'.repeat(63))).toBe('a'.repeat(63));
    for (const name of [
      '',
      '2a',
      '_a',
      'a-b',
      'a b',
      'é',
      'a'.repeat(64),
      'a"; DROP TABLE x',
      'a\n',
      '__proto__',
    ]) {
      refusalOf(() => checkSegmentName(name), 'INVALID_SEGMENT');
    }
  });

  it('has a value of 1 to 128 characters', () => {
    expect(checkSegmentValue('a', 'é'.repeat(128))).toBe('é'.repeat(128));
    expect(refusalOf(() => checkSegmentValue('a', 'v'.repeat(129)), 'INVALID_SEGMENT')).toBe(
      'The value of the segment "a" has 129 characters; it must have 1 to 128 characters.',
    );
    refusalOf(() => checkSegmentValue('a', ''), 'INVALID_SEGMENT');
    refusalOf(() => checkSegmentValue('a', 'a\0'), 'UNREPRESENTABLE_STRING');
    refusalOf(() => checkSegmentValue('a', '\ud800'), 'UNREPRESENTABLE_STRING');
  });

  it('has at most 15 others beside it', () => {
    expect(() => checkSegmentCount(16)).not.toThrow();
    refusalOf(() => checkSegmentCount(17), 'INVALID_SEGMENT');
  });
});

it.each([
  ['entity', checkEntity],
  ['request id', checkRequestId],
])('the %s has 1 to 256 characters, none of them a NUL or half a pair', (_, check) => {
  expect(check('u'.repeat(256))).toBe('u'.repeat(256));
  refusalOf(() => check('u'.repeat(257)), 'INVALID_SEGMENT');
  refusalOf(() => check(''), 'INVALID_SEGMENT');
  refusalOf(() => check('\0'), 'UNREPRESENTABLE_STRING');
  refusalOf(() => check('a\udc00'), 'UNREPRESENTABLE_STRING');
});
