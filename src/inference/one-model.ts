import type { LoadedModel } from './model/loaded-model.ts';

/** Sees to it that all workers of a group, and those that take their place, run what the first of them loaded. */
export class OneModel {
  readonly #onRemark: (sentence: string) => void;
  #first: LoadedModel | null = null;
  #latest: LoadedModel | null = null;

  /** @param onRemark told of a load that differs in what may differ */
  constructor(onRemark: (sentence: string) => void) {
    this.#onRemark = onRemark;
  }

  /** Of the last load that was admitted; there must have been one. */
  get loaded(): LoadedModel {
    if (!this.#latest) throw new Error('no worker has loaded the model yet');
    return this.#latest;
  }

  /** Says why what a worker loaded must not be used; null when it may. */
  readonly admits = (loaded: LoadedModel): string | null => {
    this.#first ??= loaded;
    const { sha256, provider } = this.#first;
    if (loaded.sha256 !== sha256) {
      return `the file was replaced while the server ran (SHA-256 ${short(loaded.sha256)} instead of ${short(sha256)}); it is taken up as a whole once it can be served, else put the old one back`;
    }
    const before = this.#latest?.provider ?? provider;
    const remarks =
      loaded.provider === provider
        ? []
        : [`a worker was loaded on ${loaded.provider}, while the first of its lane ran on ${provider}`];
    this.#latest = { ...loaded, providerRemarks: [...remarks, ...loaded.providerRemarks] };
    if (loaded.provider !== before) {
      this.#onRemark(`a worker was loaded on ${loaded.provider}, the one before it on ${before}`);
    }
    return null;
  };
}

function short(sha256: string): string {
  return `${sha256.slice(0, 12)}…`;
}
