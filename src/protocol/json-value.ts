/** A JSON value in JavaScript; an integer literal beyond ±(2^53−1) is a bigint, an object has no prototype. */
export type JsonValue = null | boolean | number | bigint | string | JsonValue[] | JsonObject;

export interface JsonObject {
  [key: string]: JsonValue;
}

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'boolean' | 'null';
