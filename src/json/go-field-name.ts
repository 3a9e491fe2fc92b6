/**
 * Folds the case of an object's key as Go does when it looks for the struct field that is meant: keys with the same
 * result name the same field. Beside the letters of ASCII two characters fold into them, the long s and the Kelvin sign.
 */
export function foldFieldName(key: string): string {
  return key
    .replaceAll("\u017f", "s")
    .replaceAll("\u212a", "k")
    .replace(/[A-Z]+/g, (part) => part.toLowerCase());
}
