import { equal, ok } from "node:assert/strict";
import { test } from "node:test";
import { emptyActivation } from "../../../cel/evaluation.ts";
import { compileCel } from "../../../cel/program.ts";
import { CelFailure } from "../../../cel/values.ts";
import { kubernetesEnvironment } from "./kubernetes-environments.ts";

const environment = kubernetesEnvironment([]);

const holds: readonly string[] = [
  "1 < 1.5 && 2.5 >= 2u && 3u > 2 && 1 <= 1.0",
  "quantity('1.5Gi').isGreaterThan(quantity('1500Mi'))",
  "quantity('500m').add(quantity('1')).compareTo(quantity('1500m')) == 0",
  "quantity('5').sub(2) == quantity('3') && quantity('5').add(1).asInteger() == 6",
  "quantity('-1').sign() == -1 && !quantity('1500m').isInteger() && quantity('1500m').asApproximateFloat() == 1.5",
  "isQuantity('1Gi') && !isQuantity('1 Gi')",
  "url('https://user@a.b:80/c%20d?e=f&e=g').getHost() == 'a.b:80'",
  "url('https://a.b:80/c%20d?e=f&e=g').getQuery() == {'e': ['f', 'g']}",
  "url('https://[::1]:80/c%20d').getHostname() == '::1' && url('https://[::1]:80').getPort() == '80'",
  "url('https://a/b%20c').getEscapedPath() == '/b%20c' && url('/x').getScheme() == ''",
  "isURL('https://a.b') && isURL('/a') && !isURL('a') && !isURL('')",
  "ip('10.0.0.1').family() == 4 && ip('fe80::1').family() == 6",
  "string(ip('2001:DB8:0::0:1')) == '2001:db8::1' && !ip.isCanonical('2001:DB8::1')",
  "ip('127.0.0.1').isLoopback() && ip('::').isUnspecified() && ip('169.254.1.1').isLinkLocalUnicast()",
  "ip('8.8.8.8').isGlobalUnicast() && !ip('224.0.0.1').isGlobalUnicast() && ip('224.0.0.1').isLinkLocalMulticast()",
  "!isIP('10.0.0.01') && !isIP('::ffff:1.2.3.4') && !isIP('1.2.3') && isIP('::1.2.3.4') && !isIP('1:2:3:4:5:6:7::8:9')",
  "cidr('10.0.0.0/8').containsIP('10.1.2.3') && !cidr('10.0.0.0/8').containsIP(ip('11.1.2.3'))",
  "cidr('10.0.0.0/8').containsCIDR('10.1.0.0/16') && !cidr('10.1.0.0/16').containsCIDR(cidr('10.0.0.0/8'))",
  "string(cidr('10.1.2.3/8').masked()) == '10.0.0.0/8' && cidr('::/0').prefixLength() == 0",
  "cidr('10.1.2.3/8').ip() == ip('10.1.2.3') && !isCIDR('10.0.0.0/33') && isCIDR('::/128')",
  "semver('1.2.3-rc.2').isLessThan(semver('1.2.3')) && semver('1.10.0').isGreaterThan(semver('1.9.0'))",
  "semver('1.2.3-2').compareTo(semver('1.2.3-a')) == -1 && semver('1.2.3+x') == semver('1.2.3')",
  "!isSemver('v1.2') && isSemver('v1.2', true) && semver('v01.2', true).minor() == 2",
  "!format.dns1123Label().validate('my-name').hasValue()",
  "format.dns1123Label().validate('My.Name').value()[0].contains('must')",
  "format.named('uuid').value().validate('x').hasValue() && !format.named('nope').hasValue()",
  "!format.date().validate('2021-01-31').hasValue() && format.date().validate('2021-02-31').hasValue()",
];

for (const source of holds) {
  test(`${source} holds`, () => {
    const program = compileCel(source, environment);
    ok(program.ok, program.ok ? "" : program.error.message);
    const outcome = program.value.evaluate(emptyActivation);
    equal(outcome instanceof CelFailure ? outcome.message : outcome, true);
  });
}

const failing: readonly { readonly source: string; readonly want: RegExp }[] = [
  { source: "quantity('x')", want: /quantities must match/ },
  { source: "quantity('1500m').asInteger()", want: /cannot convert value to integer/ },
  { source: "url('a')", want: /^URL parse error during conversion from string: parse "a": invalid URI for request$/ },
  { source: "ip('1.2.3')", want: /^IP Address "1.2.3" parse error/ },
  { source: "cidr('1.2.3.4/08')", want: /^CIDR "1.2.3.4\/08" parse error/ },
];

for (const { source, want } of failing) {
  test(`${source} fails`, () => {
    const program = compileCel(source, environment);
    ok(program.ok);
    const outcome = program.value.evaluate(emptyActivation);
    ok(outcome instanceof CelFailure && want.test(outcome.message));
  });
}
