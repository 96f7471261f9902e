const longestQuote = 64;
const longestList = 12;

/** Client text for an error sentence: in double quotes, escaped, cut at 64 characters so that an error stays one sentence. */
export function quoted(text: string): string {
  return text.length <= longestQuote
    ? escaped(text)
    : `${escaped(text.slice(0, longestQuote))}… (${text.length} characters)`;
}

/** JSON leaves DEL, the C1 controls and two line separators as they are; a terminal on which a log is read does not. */
function escaped(text: string): string {
  return JSON.stringify(text).replace(
    /[\u007f-\u009f\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** Names for an error sentence: `"a", "b" and 3 more`. */
export function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const shown = names.slice(0, longestList).map(quoted).join(', ');
  return names.length <= longestList ? shown : `${shown} and ${names.length - longestList} more`;
}

/** A shape for an error sentence: `[-1,32]`, cut after 12 dimensions. */
export function shapeText(shape: readonly number[]): string {
  if (shape.length <= longestList) return `[${shape.join(',')}]`;
  return `[${shape.slice(0, longestList).join(',')},…] (${shape.length} dimensions)`;
}

/** `1 value`, `2 values`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
