const suffixes: Readonly<Record<string, number>> = {
  "": 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
};

/** A Kubernetes quantity such as `500m`, `64Mi` or `1e3` as a number; nothing for another text. */
export function quantityValue(text: string): number | undefined {
  const found = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)([a-zA-Z]{0,2})$/.exec(text.trim());
  const factor =
    found === null ? undefined : Object.hasOwn(suffixes, found[2] ?? "") ? suffixes[found[2] ?? ""] : undefined;
  return found === null || factor === undefined ? undefined : Number(found[1]) * factor;
}
