import { isScalar, type ScalarTag, type Tags } from "yaml";

/**
 * Tags for a YAML 1.1 reader (option `customTags`) by which unquoted words mean what they mean to Go's reader, which
 * kubectl uses: `.` and `e1` are texts, as are dates, base-60 numbers and what is too large for a number (`5e1234567`,
 * which may be an abbreviated commit), and `0o17` is a number.
 */
export function goYamlTags(tags: Tags): Tags {
  const kept = tags.filter((tag) => typeof tag === "string" || !isTimeOrBase60(tag));
  return [octal, longOrCapital, ...kept.map((tag) => (isFloat(tag) ? withDigits(tag) : tag))];
}

/**
 * Tags for a YAML 1.1 printer (option `customTags`) that puts quotes around every text which Go's reader or another
 * one would take for something else.
 */
export function printedYamlTags(tags: Tags): Tags {
  return [...tags, ...goYamlTags(tags)];
}

type Tag = Tags[number];

function isTimeOrBase60(tag: Exclude<Tag, string>): boolean {
  return ("format" in tag && tag.format === "TIME") || tag.tag === "tag:yaml.org,2002:timestamp";
}

function isFloat(tag: Tag): tag is ScalarTag {
  return typeof tag !== "string" && tag.tag === "tag:yaml.org,2002:float" && "test" in tag;
}

/** The same tag for numbers only: the reader's own patterns take a point or an exponent without any digit before. */
function withDigits(tag: ScalarTag): ScalarTag {
  if (tag.test?.test(".inf") === true) return tag;
  return {
    ...tag,
    resolve(text, onError, options) {
      const resolved = tag.resolve(text.replaceAll("_", ""), onError, options);
      return Number.isFinite(isScalar(resolved) ? resolved.value : resolved) ? resolved : text;
    },
    test:
      tag.format === "EXP"
        ? /^[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)[eE][-+]?[0-9][0-9_]*$/
        : /^[-+]?(?:[0-9][0-9_]*\.[0-9_]*|\.[0-9][0-9_]*)$/,
  };
}

/** Hexadecimal or binary digits behind a capital letter, or more of them than 64 bits hold. */
const longOrCapital: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  format: "HEX",
  test: /^[-+]?(?:0X_*[0-9a-fA-F][0-9a-fA-F_]*|0B_*[01][01_]*|0x_*[0-9a-fA-F](?:_*[0-9a-fA-F]){16,}|0b_*[01](?:_*[01]){64,})$/,
  resolve: (text, _onError, { intAsBigInt }) => {
    const magnitude = BigInt(text.replace(/^[-+]/, "").replaceAll("_", "").toLowerCase());
    const value = text.startsWith("-") ? -magnitude : magnitude;
    if (value < -(2n ** 63n) || value >= 2n ** 64n) return text;
    return intAsBigInt ? value : Number(value);
  },
};

const octal: ScalarTag = {
  tag: "tag:yaml.org,2002:int",
  default: true,
  format: "OCT",
  test: /^[-+]?0[oO][0-7]+$/,
  resolve: (text) => (text.startsWith("-") ? -Number(text.slice(1)) : Number(text.replace("+", ""))),
};
