import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { RawJson, textJson } from "../api/triggers/json-source.ts";
import { err, ok } from "../result.ts";
import { type ApiResource, type Discover, describeRefusal, planCreation, renderTemplate } from "./render.ts";

const configMaps: ApiResource = {
  group: "",
  version: "v1",
  resource: "configmaps",
  kind: "ConfigMap",
  namespaced: true,
};
const namespaces: ApiResource = {
  group: "",
  version: "v1",
  resource: "namespaces",
  kind: "Namespace",
  namespaced: false,
};

const discover: Discover = async (apiVersion) =>
  apiVersion === "v1" ? ok([configMaps, namespaces]) : err("the server could not find the requested resource");

const labels = { eventListener: "el", trigger: "", eventId: "e1" };
const added = {
  "triggers.tekton.dev/eventlistener": "el",
  "triggers.tekton.dev/trigger": "",
  "triggers.tekton.dev/triggers-eventid": "e1",
};

const plan = (...texts: string[]) => planCreation(texts.map(ok), { labels, namespace: "ns", discover });

test("plans in order up to the first error", async () => {
  const good = '{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"a","namespace":"other"}}';
  deepEqual(await plan(good, '{"apiVersion":"v1","kind":"Namespace"}', "{}", good), {
    objects: [
      {
        resource: configMaps,
        namespace: "other",
        object: { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "a", namespace: "other", labels: added } },
      },
      {
        resource: namespaces,
        namespace: undefined,
        object: { apiVersion: "v1", kind: "Namespace", metadata: { labels: added } },
      },
    ],
    error: "couldn't unmarshal json from the TriggerTemplate: Object 'Kind' is missing in '{}'",
  });
  deepEqual(await plan(), { objects: [] });
});

const cm = (metadata: string) => `{"apiVersion":"v1","kind":"ConfigMap","metadata":${metadata}}`;
const accessor = ".metadata.labels accessor error:";
const errors = [
  {
    text: "[]",
    error:
      "couldn't unmarshal json from the TriggerTemplate: json: cannot unmarshal array into Go value of type map[string]interface {}",
  },
  {
    text: '"x"',
    error:
      "couldn't unmarshal json from the TriggerTemplate: json: cannot unmarshal string into Go value of type map[string]interface {}",
  },
  { text: "", error: "couldn't unmarshal json from the TriggerTemplate: unexpected end of JSON input" },
  {
    text: '{"kind":"A","n":1e999}',
    error:
      "couldn't unmarshal json from the TriggerTemplate: json: cannot unmarshal number 1e999 into Go value of type float64",
  },
  {
    text: '{"Kind":"A"}',
    error: `couldn't unmarshal json from the TriggerTemplate: Object 'Kind' is missing in '{"Kind":"A"}'`,
  },
  {
    text: '{"apiVersion":"a/b/c","kind":"A"}',
    error: `couldn't unmarshal json from the TriggerTemplate: Object 'Kind' is missing in '{"apiVersion":"a/b/c","kind":"A"}'`,
  },
  {
    text: '{"kind":"A"}',
    error:
      "couldn't find API resource for json: error getting kubernetes server resources for apiVersion : groupVersion shouldn't be empty",
  },
  {
    text: '{"apiVersion":1,"kind":"A"}',
    error:
      "couldn't find API resource for json: error getting kubernetes server resources for apiVersion : groupVersion shouldn't be empty",
  },
  {
    text: '{"apiVersion":"x/v1","kind":"A"}',
    error:
      "couldn't find API resource for json: error getting kubernetes server resources for apiVersion x/v1: the server could not find the requested resource",
  },
  {
    text: '{"apiVersion":"v1","kind":"configMap"}',
    error: "couldn't find API resource for json: error could not find resource with apiVersion v1 and kind configMap",
  },
  { text: cm('"x"'), error: `${accessor} x is of the type string, expected map[string]interface{}` },
  { text: cm("1"), error: `${accessor} 1 is of the type int64, expected map[string]interface{}` },
  { text: cm("1e6"), error: `${accessor} 1e+06 is of the type float64, expected map[string]interface{}` },
  {
    text: cm("[1,2.0,null]"),
    error: `${accessor} [1 2 <nil>] is of the type []interface {}, expected map[string]interface{}`,
  },
  { text: cm('{"labels":null}'), error: `${accessor} <nil> is of the type <nil>, expected map[string]interface{}` },
  { text: cm('{"labels":true}'), error: `${accessor} true is of the type bool, expected map[string]interface{}` },
  {
    text: cm('{"labels":{"b":1000000,"c":2}}'),
    error: `${accessor} contains non-string value in the map under key "b": 1000000 is of the type int64, expected string`,
  },
  {
    text: cm('{"labels":{"a\\"":{"x":1.5}}}'),
    error: `${accessor} contains non-string value in the map under key "a\\"": map[x:1.5] is of the type map[string]interface {}, expected string`,
  },
  {
    text: cm('{"labels":{"a":null}}'),
    error: `${accessor} contains non-string value in the map under key "a": <nil> is of the type <nil>, expected string`,
  },
];
for (const { text, error } of errors) {
  test(`explains ${text}`, async () => deepEqual(await plan(text), { objects: [], error }));
}

const objects: { name: string; text: string; namespace?: string; metadata: unknown }[] = [
  { name: "null metadata stays without labels", text: cm("null"), metadata: null },
  {
    name: "labels are added to and replaced",
    text: cm('{"labels":{"a":"b","triggers.tekton.dev/trigger":"mine"}}'),
    metadata: { labels: { a: "b", ...added } },
  },
  {
    name: "a namespace that is no string is left for the API server",
    text: cm('{"namespace":5}'),
    metadata: { namespace: 5, labels: added },
  },
  { name: "an empty namespace is none", text: cm('{"namespace":""}'), metadata: { namespace: "", labels: added } },
];
for (const { name, text, metadata } of objects) {
  test(name, async () => {
    const { objects: planned } = await plan(text);
    deepEqual([planned[0]?.namespace, planned[0]?.object["metadata"]], ["ns", metadata]);
  });
}

test("integers stay exact", async () => {
  const { objects: planned } = await plan(
    '{"apiVersion":"v1","kind":"ConfigMap","n":[9007199254740993,1.0,9223372036854775808]}',
  );
  deepEqual(planned[0]?.object["n"], [9007199254740993n, 1, 2 ** 63]);
});

test("renders every resource of a template with one uid", () => {
  const spec = {
    resourcetemplates: ['{"a":"$(tt.params.p)"}', '"$(uid)"'].map((text) =>
      RawJson.from(textJson, { shape: { kind: "null" }, text }),
    ),
  };
  const template = { spec, escapesQuotes: true };
  deepEqual(
    renderTemplate(template, [{ name: "p", value: '"' }], () => "u"),
    [ok('{"a":"\\""}'), ok('"u"')],
  );
  deepEqual(
    renderTemplate(template, [{ name: "p", value: "2" }], () => "v"),
    [ok('{"a":"2"}'), ok('"v"')],
  );
  deepEqual(
    renderTemplate({ spec: { resourcetemplates: [null] }, escapesQuotes: false }, [], () => "u"),
    [ok("null")],
  );
});

test("words what the API server refuses", () => {
  equal(describeRefusal(configMaps, 403, "denied"), "denied");
  equal(describeRefusal(configMaps, 401, "who?"), "who?");
  equal(
    describeRefusal(configMaps, 409, "exists"),
    `couldn't create resource with group version kind "/v1, Resource=configmaps": exists`,
  );
  equal(
    describeRefusal({ ...configMaps, group: "tekton.dev", resource: "taskruns" }, 400, "bad"),
    `couldn't create resource with group version kind "tekton.dev/v1, Resource=taskruns": bad`,
  );
});

test("no rendered text makes planning throw", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.json(),
        fc.string(),
        fc.json().map((json) => cm(json)),
        fc.json().map((json) => cm(`{"labels":${json}}`)),
      ),
      async (text) => {
        await plan(text);
      },
    ),
  );
});
