const celReserved = new Set(
  "true false null in as break const continue else for function if import let loop package namespace return var void while".split(
    " ",
  ),
);

const escapes: Readonly<Record<string, string>> = {
  __: "__underscores__",
  ".": "__dot__",
  "-": "__dash__",
  "/": "__slash__",
};

/**
 * The name by which rules reach a property, such as `foo__dash__bar` for `foo-bar`; undefined for those that no rule can
 * reach (Kubernetes documentation of CRD validation rules, "Escaping").
 */
export function celPropertyName(property: string): string | undefined {
  if (celReserved.has(property)) return `__${property}__`;
  if (!/^[A-Za-z_./-][A-Za-z0-9_./-]*$/.test(property)) return undefined;
  return property.replaceAll(/__|[./-]/g, (found) => escapes[found]!);
}
