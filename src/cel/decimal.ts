/** A double as an exact fraction: mantissa times two to the exponent. */
function exact(value: number): { readonly numerator: bigint; readonly denominator: bigint } {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, Math.abs(value));
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & (2n ** 52n - 1n);
  const mantissa = biased === 0 ? fraction : fraction | (2n ** 52n);
  const exponent = Math.max(biased, 1) - 1075;
  return exponent >= 0
    ? { numerator: mantissa << BigInt(exponent), denominator: 1n }
    : { numerator: mantissa, denominator: 1n << BigInt(-exponent) };
}

/** Rounded to the nearest integer, halves to even, as Go rounds decimals. */
function roundHalfEven(numerator: bigint, denominator: bigint): bigint {
  const quotient = numerator / denominator;
  const twice = (numerator % denominator) * 2n;
  if (twice > denominator || (twice === denominator && quotient % 2n === 1n)) return quotient + 1n;
  return quotient;
}

function isNegative(value: number): boolean {
  return value < 0 || Object.is(value, -0);
}

/** `%.Nf` of a finite double. */
export function toFixed(value: number, precision: number): string {
  const { numerator, denominator } = exact(value);
  const scaled = roundHalfEven(numerator * 10n ** BigInt(precision), denominator).toString();
  const digits = scaled.padStart(precision + 1, "0");
  const whole = digits.slice(0, digits.length - precision);
  const sign = isNegative(value) ? "-" : "";
  return precision === 0 ? sign + whole : `${sign}${whole}.${digits.slice(-precision)}`;
}

/** `%.Ne` of a finite double: an exponent of at least two digits. */
export function toScientific(value: number, precision: number): string {
  const sign = isNegative(value) ? "-" : "";
  let exponent = value === 0 ? 0 : Number(value.toExponential().split("e")[1]);
  let digits = value === 0 ? "0".repeat(precision + 1) : roundedDigits(value, precision - exponent);
  // Rounding may carry into one digit more, and the shortest form may have shown one more than there is.
  if (digits.length > precision + 1) digits = roundedDigits(value, precision - ++exponent);
  else if (digits.length < precision + 1) digits = roundedDigits(value, precision - --exponent);
  const mantissa = precision === 0 ? digits : `${digits[0]}.${digits.slice(1)}`;
  const power = String(Math.abs(exponent)).padStart(2, "0");
  return `${sign}${mantissa}e${exponent < 0 ? "-" : "+"}${power}`;
}

/** The digits of the value times ten to a power, rounded. */
function roundedDigits(value: number, power: number): string {
  const { numerator, denominator } = exact(value);
  const scale = 10n ** BigInt(Math.abs(power));
  return (
    power >= 0 ? roundHalfEven(numerator * scale, denominator) : roundHalfEven(numerator, denominator * scale)
  ).toString();
}

/** All digits of a double without an exponent, as few decimals as tell it apart: `1000000000000000000000`, `0.1`. */
export function plainDecimal(value: number): string {
  const [mantissa = "0", power = "0"] = Math.abs(value).toExponential().split("e");
  const digits = mantissa.replace(".", "");
  const point = Number(power) + 1;
  const sign = isNegative(value) ? "-" : "";
  if (point <= 0) return value === 0 ? `${sign}0` : `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits.padEnd(point, "0");
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
