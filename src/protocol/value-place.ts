/** Where values are being read, to say in an error which of them is wrong. */
export interface ValuePlace {
  /** What the values belong to, as a sentence begins: `Input "x"` or `Feature "age"`; asked for only when it goes wrong. */
  readonly owner: () => string;
  /** Row of a short-form request; −1 where there are no rows to tell apart. */
  readonly row: number;
  /** What stands before the indices: `data` for a tensor, nothing for a feature. */
  readonly root: string;
  /** Indices of the nested arrays around the array being read. */
  readonly path: number[];
  /** Element of the target that comes first in the array being read. */
  start: number;
  /** True where the value stands alone, without an array. */
  bare: boolean;
}

/** `Input "x": data[1][2]`, `Feature "age" of row 3`; `index` is the element of the target. */
export function placeText(place: ValuePlace, index: number): string {
  return joined(place, place.bare ? '' : `[${index - place.start}]`);
}

/** `Input "x": data[1]`: the array being read. */
export function arrayText(place: ValuePlace): string {
  return joined(place, '');
}

function joined(place: ValuePlace, last: string): string {
  const owner = place.row < 0 ? place.owner() : `${place.owner()} of row ${place.row}`;
  const path = `${place.root}${place.path.map((index) => `[${index}]`).join('')}${last}`;
  return path === '' ? owner : `${owner}: ${path}`;
}
