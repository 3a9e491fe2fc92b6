import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import { parseResolvConf, resolvConf, resolverSettings } from "./resolver-settings.ts";

const machine = "# made by hand\nnameserver 10.0.0.1\nsearch old.test\nsearch a.test b.test\noptions ndots:1 edns0\n";
const own = { nameservers: ["10.0.0.2", "10.0.0.1"], searches: ["c.test", "a.test"], options: ["ndots:5", "rotate"] };

test("a pod's settings come behind the machine's", () => {
  equal(
    resolvConf(resolverSettings({ ...own, isComplete: false }, parseResolvConf(machine))),
    "nameserver 10.0.0.1\nnameserver 10.0.0.2\nsearch a.test b.test c.test\noptions ndots:5 edns0 rotate\n",
  );
});

test("complete settings stand alone", () => {
  deepEqual(resolverSettings({ ...own, isComplete: true }, parseResolvConf(machine)), own);
});

test("what is empty has no line", () => {
  const settings = { isComplete: true, nameservers: ["10.0.0.2"], searches: [], options: [] };
  equal(resolvConf(resolverSettings(settings)), "nameserver 10.0.0.2\n");
});
