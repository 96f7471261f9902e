/**
 * An event of a stream of server-sent events (HTML standard, 9.2).
 *
 * @param json without a line break, as `JSON.stringify` makes it when it is asked for no blanks
 */
export function eventFrame(event: string, id: number, json: string): string {
  return `event: ${event}\nid: ${id}\ndata: ${json}\n\n`;
}
