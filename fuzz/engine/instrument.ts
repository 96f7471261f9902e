import { type AnyNode, type Node, parse } from 'acorn';

export interface Instrumented {
  /** The module with a counter at the start of each block; its lines are where they were. */
  readonly code: string;
  /** Texts of the module, which may be what it compares its input with. */
  readonly words: readonly string[];
}

/**
 * Puts a counter into every function, branch, loop body, case and right side of `&&`, `||` and `??` of a JavaScript module.
 *
 * @param reserve numbers for so many counters: the first of them
 * @param counters URL of the module that exports `hits`
 */
export function instrument(
  source: string,
  counters: string,
  reserve: (count: number) => number,
): Instrumented {
  const program = parse(source, { ecmaVersion: 'latest', sourceType: 'module' });
  const blocks = new Blocks();
  const words = new Set<string>();
  visit(program, (node) => {
    blocks.add(node);
    if (node.type === 'Literal' && typeof node.value === 'string') words.add(node.value);
    if (node.type === 'TemplateElement') words.add(node.value.raw);
  });
  const code = blocks.writeInto(source, reserve(blocks.count));
  return {
    code: `import{hits as __hits}from${JSON.stringify(counters)};${code}`,
    words: [...words].filter((word) => word.length > 0 && word.length <= 32),
  };
}

function visit(node: AnyNode, see: (node: AnyNode) => void): void {
  see(node);
  for (const child of Object.values(node)) {
    if (Array.isArray(child)) {
      for (const one of child) if (isNode(one)) visit(one, see);
    } else if (isNode(child)) visit(child, see);
  }
}

function isNode(value: unknown): value is AnyNode {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}

/** What is to be written where. Of two places that begin together the outer one comes first; they end the other way round. */
class Blocks {
  readonly #opens = new Map<number, ((id: number) => string)[]>();
  readonly #openIds = new Map<number, number[]>();
  readonly #closes = new Map<number, string[]>();
  count = 0;

  add(node: AnyNode): void {
    switch (node.type) {
      case 'FunctionDeclaration':
      case 'FunctionExpression':
        this.#statement(node.body);
        return;
      case 'ArrowFunctionExpression':
        if (node.body.type === 'BlockStatement') this.#statement(node.body);
        else this.#expression(node.body);
        return;
      case 'IfStatement':
        // Without an else it is a way, too, to pass by.
        if (!node.alternate) this.#close(node.consequent.end, `else{${this.#mark(this.#take())}}`);
        this.#statement(node.consequent);
        if (node.alternate) this.#statement(node.alternate);
        return;
      case 'ForStatement':
      case 'ForInStatement':
      case 'ForOfStatement':
      case 'WhileStatement':
      case 'DoWhileStatement':
        this.#statement(node.body);
        return;
      case 'SwitchCase':
        if (node.consequent[0]) this.#open(node.consequent[0].start, (mark) => mark);
        return;
      case 'CatchClause':
        this.#statement(node.body);
        return;
      case 'ConditionalExpression':
        this.#expression(node.consequent);
        this.#expression(node.alternate);
        return;
      case 'LogicalExpression':
      case 'AssignmentPattern':
        this.#expression(node.right);
        return;
    }
  }

  #take(): number {
    return this.count++;
  }

  /** Ids are relative until the module's first is known. */
  #mark(id: number): string {
    return `__hits[#${id}]++;`;
  }

  #statement(node: Node): void {
    if (node.type === 'BlockStatement') {
      this.#open(node.start + 1, (mark) => mark);
      return;
    }
    this.#open(node.start, (mark) => `{${mark}`);
    this.#close(node.end, '}');
  }

  #expression(node: Node): void {
    this.#open(node.start, (mark) => `(${mark.slice(0, -1)},(`);
    this.#close(node.end, '))');
  }

  #open(at: number, text: (mark: string) => string): void {
    this.#opens.set(at, [...(this.#opens.get(at) ?? []), (id) => text(this.#mark(id))]);
    this.#openIds.set(at, [...(this.#openIds.get(at) ?? []), this.#take()]);
  }

  #close(at: number, text: string): void {
    this.#closes.set(at, [text, ...(this.#closes.get(at) ?? [])]);
  }

  writeInto(source: string, first: number): string {
    const places = [...new Set([...this.#opens.keys(), ...this.#closes.keys()])].sort((a, b) => a - b);
    let code = '';
    let written = 0;
    for (const at of places) {
      code += source.slice(written, at) + (this.#closes.get(at) ?? []).join('');
      const ids = this.#openIds.get(at) ?? [];
      code += (this.#opens.get(at) ?? []).map((text, i) => text(ids[i]!)).join('');
      written = at;
    }
    code += source.slice(written);
    return code.replace(/__hits\[#(\d+)\]/g, (_, id) => `__hits[${first + Number(id)}]`);
  }
}
