/**
 * Offset of the first byte that is not part of well-formed UTF-8 (Unicode, table 3-7: no overlong forms, no
 * surrogates, nothing above U+10FFFF), or −1 when all of `[start, end)` is well-formed.
 */
export function invalidUtf8At(bytes: Uint8Array, start: number, end: number): number {
  let position = start;
  while (position < end) {
    const lead = bytes[position]!;
    if (lead < 0x80) {
      position++;
      continue;
    }
    const length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || position + length > end) return position;
    const second = bytes[position + 1]!;
    const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    if (second < lowest || second > highest) return position;
    for (let next = 2; next < length; next++) {
      if ((bytes[position + next]! & 0xc0) !== 0x80) return position;
    }
    position += length;
  }
  return -1;
}
