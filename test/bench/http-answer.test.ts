import { describe, expect, it } from 'vitest';
import { readHttpAnswer } from '../../bench/http-answer.ts';

const read = (text: string) => readHttpAnswer(Buffer.from(text, 'latin1'));

describe('an answer of a server', () => {
  it('ends where its content-length says', () => {
    const text = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody';
    expect(read(`${text}more`)).toEqual({ status: 200, length: text.length, closes: false });
  });

  it('ends after its last chunk', () => {
    const text =
      'HTTP/1.1 503 Busy\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\na\r\n0123456789\r\n0\r\n\r\n';
    expect(read(text)).toEqual({ status: 503, length: text.length, closes: false });
  });

  it('is not there while a byte of it is missing', () => {
    for (const text of [
      'HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nbody',
      'HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n4\r\nbody\r\n0\r\n\r\n',
    ]) {
      for (let length = 0; length < text.length; length++) expect(read(text.slice(0, length))).toBeNull();
      expect(read(text)?.length).toBe(text.length);
    }
  });

  it('says when the connection closes after it', () => {
    expect(read('HTTP/1.1 200 OK\r\nConnection: close\r\ncontent-length: 0\r\n\r\n')?.closes).toBe(true);
  });

  it('is refused where it is not HTTP', () => {
    expect(() => read('SSH-2.0-OpenSSH\r\n\r\n')).toThrow('not HTTP/1.1');
    expect(() => read('HTTP/1.1 200 OK\r\n\r\n')).toThrow('neither content-length nor chunks');
  });
});
