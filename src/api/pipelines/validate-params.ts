import { type FieldErrors, fieldError, invalidValue, missingField, multipleOneOf } from "../field-error.ts";
import type { PipelinesConfiguration } from "./configuration.ts";
import { type Param, type ParamSpec, typeOfSpec, typeOfValue } from "./param.ts";
import { isObjectParamName, isPlainParamName } from "./validate-names.ts";

const types: ReadonlySet<string> = new Set(["string", "array", "object"]);

/** Params that a Task or StepAction declares (spec: pipelines, section 2); paths relative to its spec. */
export function validateParamSpecs(specs: readonly ParamSpec[], configuration: PipelinesConfiguration): FieldErrors {
  return [...validateDeclaredParams(specs, configuration), ...validateNameFormats(specs)];
}

/** Params that a Pipeline declares: the form of their names is left to the Tasks that get them. */
export function validateDeclaredParams(
  specs: readonly ParamSpec[],
  configuration: PipelinesConfiguration,
): FieldErrors {
  const errors: FieldErrors[number][] = [];
  const seen = new Set<string>();
  for (const spec of specs) {
    if (seen.has(spec.name)) {
      errors.push(...fieldError("parameter appears more than once", `params[${spec.name}]`));
    }
    seen.add(spec.name);
    errors.push(...validateParamType(spec), ...validateEnum(spec, configuration));
  }
  return errors;
}

function validateNameFormats(specs: readonly ParamSpec[]): FieldErrors {
  const errors: FieldErrors[number][] = [];
  const badPlain = specs.filter((spec) => typeOfSpec(spec) !== "object" && !isPlainParamName(spec.name));
  if (badPlain.length > 0) {
    errors.push({
      message: `The format of following array and string variable names is invalid: [${badPlain.map((spec) => spec.name).join(" ")}]`,
      paths: ["params"],
      details:
        "String/Array Names: \nMust only contain alphanumeric characters, hyphens (-), underscores (_), and dots (.)\nMust begin with a letter or an underscore (_)",
    });
  }
  const badObjects = specs.filter(
    (spec) =>
      typeOfSpec(spec) === "object" &&
      (!isObjectParamName(spec.name) || Object.keys(spec.properties ?? {}).some((key) => !isObjectParamName(key))),
  );
  if (badObjects.length > 0) {
    const shown = badObjects.map((spec) => {
      const keys = Object.keys(spec.properties ?? {}).filter((key) => !isObjectParamName(key));
      return `${spec.name}:[${keys.sort().join(" ")}]`;
    });
    errors.push({
      message: `Object param name and key name format is invalid: map[${shown.sort().join(" ")}]`,
      paths: ["params"],
      details:
        "Object Names: \nMust only contain alphanumeric characters, hyphens (-), underscores (_) \nMust begin with a letter or an underscore (_)",
    });
  }
  return errors;
}

/** Objects whose keys nobody has declared cannot be used in steps; paths relative to what the Task stands in. */
export function validateProperties(specs: Iterable<ParamSpec>): FieldErrors {
  return [...specs].flatMap((spec) =>
    typeOfSpec(spec) === "object" && spec.properties === undefined ? missingField(`${spec.name}.properties`) : [],
  );
}

function validateParamType(spec: ParamSpec): FieldErrors {
  const type = typeOfSpec(spec);
  if (!types.has(type)) return invalidValue(type, `params.${spec.name}.type`);
  if (spec.default !== undefined && typeOfValue(spec.default) !== type) {
    return fieldError(
      `"${type}" type does not match default value's type: "${typeOfValue(spec.default)}"`,
      `params.${spec.name}.type`,
      `params.${spec.name}.default.type`,
    );
  }
  const errors: FieldErrors[number][] = [];
  if (type === "object") {
    for (const [key, property] of Object.entries(spec.properties ?? {})) {
      if (property.type !== undefined && property.type !== "string") {
        errors.push(
          ...fieldError(
            `The value type specified for these keys [${key}] is invalid`,
            `params.${spec.name}.properties`,
          ),
        );
      }
    }
  }
  return errors;
}

function validateEnum(spec: ParamSpec, configuration: PipelinesConfiguration): FieldErrors {
  const { enum: values } = spec;
  if (values === undefined || values.length === 0) return [];
  const wrong = (text: string) => fieldError(text, `params[${spec.name}]`);
  const repeated = new Set(values.filter((value, index) => values.indexOf(value) !== index));
  const { default: standard } = spec;
  return [
    ...(configuration.enableParamEnum
      ? []
      : wrong("feature flag `enable-param-enum` should be set to true to use Enum")),
    ...(typeOfSpec(spec) === "string" ? [] : wrong("enum can only be set with string type param")),
    ...[...repeated].flatMap((value) => wrong(`parameter enum value ${value} appears more than once`)),
    ...(typeof standard === "string" && standard !== "" && !values.includes(standard)
      ? wrong(`param default value ${standard} not in the enum list`)
      : []),
  ];
}

/** Params of a run or of a ref: each name once, in whatever case. */
export function validateGivenParams(params: readonly Param[]): FieldErrors {
  const seen = new Set<string>();
  return params.flatMap(({ name }) => {
    const folded = name.toLowerCase();
    if (seen.has(folded)) return multipleOneOf(`params[${name}].name`);
    seen.add(folded);
    return [];
  });
}

/** Params of a pipeline task or of its matrix: each name once. Paths are relative to the list. */
export function validateParamNames(params: readonly Param[]): FieldErrors {
  const seen = new Set<string>();
  return params.flatMap(({ name }, index) => {
    if (seen.has(name)) {
      return fieldError(
        `parameter names must be unique, the parameter "${name}" is also defined at`,
        `[${index}].name`,
      );
    }
    seen.add(name);
    return [];
  });
}
