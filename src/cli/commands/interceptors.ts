import { CaBundles } from "../../interceptor-server/ca-bundles.ts";
import { createInterceptorServer } from "../../interceptor-server/interceptor-server.ts";
import { coreInterceptors } from "../../interceptors/core-interceptors.ts";
import { aborted } from "../../kube/aborted.ts";
import { sleep } from "../../kube/backoff.ts";
import { ServingCertificates } from "../../kube/serving-certificates.ts";
import { readTlsSettings } from "../../kube/tls-settings.ts";
import { err, ok, type Result } from "../../result.ts";
import { HttpCodeHostClient } from "../../sink/code-host-client.ts";
import { KubeSecretReader } from "../../sink/kube-secret-reader.ts";
import { clusterDomain } from "../cluster-domain.ts";
import { type Failure, usageFailure } from "../failure.ts";
import { takeGoFlags, unknownFlag } from "../go-flags.ts";
import { accessFlags, roleClient, systemNamespaceOf } from "../role-access.ts";
import { openPort, roleLog } from "../role-process.ts";

const minuteMs = 60_000;
const hundredYearsMs = 100 * 365 * 24 * 3_600_000;

const interceptorFlags = {
  ...accessFlags,
  port: 8443,
  "github-hosts": "",
  "certificate-validity-seconds": hundredYearsMs / 1000,
  "certificate-renewal-seconds": 60,
  // Tekton's listeners look for new authorities every minute.
  "certificate-overlap-seconds": 120,
  "drain-delay": 3,
} as const;

/** `tektite interceptors`: the core interceptors over HTTPS (spec: controller, section 7). Ends when the signal aborts. */
export async function interceptors(args: readonly string[], signal: AbortSignal): Promise<Result<void, Failure>> {
  const taken = takeGoFlags(args, interceptorFlags);
  if (!taken.ok) return err(usageFailure(taken.error));
  const unknown = unknownFlag(taken.value.rest);
  if (unknown !== undefined) return err(usageFailure(unknown));
  const { flags } = taken.value;
  const tls = readTlsSettings(process.env, { prefix: "", minVersion: "TLSv1.2" });
  if (!tls.ok) return err(usageFailure(tls.error));
  const namespace = systemNamespaceOf(process.env);
  if (!namespace.ok) return namespace;
  const connected = roleClient(flags);
  if (!connected.ok) return connected;
  const client = connected.value;
  const log = roleLog("core-interceptors");

  const stopping = new AbortController();
  const certificates: ServingCertificates = new ServingCertificates({
    client,
    names: {
      service: process.env["INTERCEPTOR_TLS_SVC_NAME"] || "tekton-triggers-core-interceptors",
      namespace: namespace.value,
      clusterDomain: clusterDomain(),
    },
    secretName: process.env["INTERCEPTOR_TLS_SECRET_NAME"] || "tekton-triggers-core-interceptors-certs",
    validityMs: flags["certificate-validity-seconds"] * 1000,
    renewBeforeMs: flags["certificate-renewal-seconds"] * 1000,
    checkEveryMs: minuteMs,
    overlapMs: flags["certificate-overlap-seconds"] * 1000,
    isAnnounced: (authorityPem) => bundles.announces(authorityPem),
    // Nobody elects here: the first to write wins, the others take over what it wrote.
    isLeader: () => true,
    nowMs: Date.now,
    log,
  });
  const bundles: CaBundles = new CaBundles({
    client,
    names: new Set(coreInterceptors.keys()),
    authorityPem: () => certificates.authorityPem,
    everyMs: minuteMs,
    log,
  });
  certificates.onChange(() => bundles.wake());
  await Promise.race([certificates.start(stopping.signal), aborted(signal)]);
  if (signal.aborted) {
    stopping.abort();
    return ok(undefined);
  }
  const hosts = flags["github-hosts"].split(",").filter((host) => host !== "");
  const server = createInterceptorServer({
    certificates,
    tls: tls.value,
    environment: {
      secrets: new KubeSecretReader(client, Date.now, stopping.signal),
      codeHost: new HttpCodeHostClient({ allowedHosts: new Set(["api.github.com", ...hosts]) }),
      enterpriseHosts: new Set(hosts),
      nowMs: Date.now,
    },
    log,
  });
  const port = await openPort(server, flags.port);
  if (!port.ok) {
    stopping.abort();
    return port;
  }
  void bundles.run(stopping.signal);
  log(`intercepting on port ${port.value.port}`);
  await aborted(signal);
  await sleep(flags["drain-delay"] * 1000);
  await port.value.close(5_000);
  stopping.abort();
  return ok(undefined);
}
