import type { View } from './view.ts';

/** What the address of the page says: all that a link to it has to carry. */
export interface Address {
  /** Null for the first model there is. */
  readonly model: string | null;
  /** Null for the model's first shadow. */
  readonly shadow: string | null;
  readonly window: TimeWindow;
  /** Null for the one that is remembered, or else the system's. */
  readonly theme: Theme | null;
}

export type Theme = 'light' | 'dark';

/** Which time the numbers are of. */
export type TimeWindow =
  | { readonly kind: 'all' }
  /** The last hours, whole ones, since traffic is counted by the hour. */
  | { readonly kind: 'last'; readonly hours: number }
  /** ISO 8601, or null where it is open. */
  | { readonly kind: 'between'; readonly from: string | null; readonly to: string | null };

const hourMs = 3_600_000;
const mostHours = 24 * 366;

/** Of a query such as `?model=fraud&shadow=8&last=24h`; what cannot be read counts as not said. */
export function readAddress(search: string): Address {
  const query = new URLSearchParams(search);
  const theme = query.get('theme');
  return {
    model: query.get('model'),
    shadow: query.get('shadow'),
    window: windowIn(query),
    theme: theme === 'light' || theme === 'dark' ? theme : null,
  };
}

/** The query of an address; empty where it says nothing. */
export function writeAddress({ model, shadow, window, theme }: Address): string {
  const { from, to } = window.kind === 'between' ? window : { from: null, to: null };
  const last = window.kind === 'last' ? `${window.hours}h` : null;
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries({ model, shadow, last, from, to, theme })) {
    if (value !== null) query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** What the server is asked for. */
export function viewOf({ shadow, window }: Address, model: string, nowMs: number): View {
  if (window.kind === 'between') return { model, shadow, from: window.from, to: window.to };
  if (window.kind === 'all') return { model, shadow, from: null, to: null };
  const from = Math.floor(nowMs / hourMs - window.hours) * hourMs;
  return { model, shadow, from: new Date(from).toISOString(), to: null };
}

/** `24 hours`, `7 days`. */
export function hoursText(hours: number): string {
  return hours % 24 === 0 && hours > 24 ? `${hours / 24} days` : hours === 1 ? '1 hour' : `${hours} hours`;
}

function windowIn(query: URLSearchParams): TimeWindow {
  const hours = Number(/^(\d{1,5})h$/.exec(query.get('last') ?? '')?.[1] ?? 0);
  if (hours > 0 && hours <= mostHours) return { kind: 'last', hours };
  const [from, to] = [timeIn(query.get('from')), timeIn(query.get('to'))];
  if (from === null && to === null) return { kind: 'all' };
  return { kind: 'between', from, to };
}

function timeIn(text: string | null): string | null {
  const ms = text === null ? Number.NaN : Date.parse(text);
  return Number.isNaN(ms) ? null : new Date(ms).toISOString();
}
