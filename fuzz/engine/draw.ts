/** A whole number from 0 to `below` − 1. */
export function whole(random: () => number, below: number): number {
  return Math.floor(random() * below);
}

export function oneOf<Item>(items: readonly Item[], random: () => number): Item {
  return items[whole(random, items.length)]!;
}
