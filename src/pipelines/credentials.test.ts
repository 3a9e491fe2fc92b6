import { deepEqual, equal } from "node:assert/strict";
import { test } from "node:test";
import type { K8sObject } from "../api/object.ts";
import { credentialFiles } from "./credentials.ts";

function secret(
  name: string,
  type: string,
  annotations: Readonly<Record<string, string>>,
  data: Readonly<Record<string, string>>,
): K8sObject {
  const encoded = Object.entries(data).map(([key, value]) => [key, Buffer.from(value).toString("base64")]);
  return {
    apiVersion: "v1",
    kind: "Secret",
    metadata: { name, annotations },
    type: `kubernetes.io/${type}`,
    data: Object.fromEntries(encoded),
  };
}

const vectors = [
  {
    name: "basic auth for a host and a repository",
    secrets: [
      secret(
        "s",
        "basic-auth",
        { "tekton.dev/git-1": "https://h/team/repo", "tekton.dev/git-0": "https://h" },
        { username: "bot", password: "p@ss" },
      ),
    ],
    want: {
      ".gitconfig":
        '[credential]\n\thelper = store\n[credential "https://h"]\n\tusername = bot\n[credential "https://h/team/repo"]\n\tusername = bot\n\tuseHttpPath = true\n',
      ".git-credentials": "https://bot:p%40ss@h\nhttps://bot:p%40ss@h/team/repo\n",
    },
  },
  {
    name: "ssh with a port",
    secrets: [
      secret(
        "key",
        "ssh-auth",
        { "tekton.dev/git-0": "h:2222" },
        { "ssh-privatekey": "PRIVATE", known_hosts: "h ssh-rsa AA" },
      ),
    ],
    want: {
      ".ssh/id_key": "PRIVATE\n",
      ".ssh/config": "Host h\n    HostName h\n    Port 2222\n    IdentityFile ~/.ssh/id_key\n",
      ".ssh/known_hosts": "h ssh-rsa AA\n",
    },
  },
  {
    name: "ssh for one repository",
    secrets: [secret("key", "ssh-auth", { "tekton.dev/git-0": "h/org/repo" }, { "ssh-privatekey": "P\n" })],
    want: {
      ".gitconfig":
        '[url "git@h--org--repo:org/repo"]\n\tinsteadOf = git@h:org/repo\n\tinsteadOf = ssh://git@h/org/repo\n',
      ".ssh/id_key": "P\n",
      ".ssh/config": "Host h--org--repo\n    HostName h\n    Port 22\n    IdentityFile ~/.ssh/id_key\n",
    },
  },
  {
    name: "docker from basic auth and a config",
    secrets: [
      secret("d", "basic-auth", { "tekton.dev/docker-0": "reg" }, { username: "u", password: "p" }),
      secret("j", "dockerconfigjson", {}, { ".dockerconfigjson": '{"auths":{"other":{"auth":"eA=="}}}' }),
    ],
    want: {
      ".docker/config.json":
        '{"auths":{"reg":{"username":"u","password":"p","auth":"dTpw","email":"not@val.id"},"other":{"auth":"eA=="}}}',
    },
  },
  { name: "a secret without annotation", secrets: [secret("n", "basic-auth", {}, { username: "u" })], want: {} },
];

for (const { name, secrets, want } of vectors) {
  test(name, () => {
    const files = credentialFiles(secrets);
    deepEqual(Object.fromEntries(files.map(({ path, content }) => [path, Buffer.from(content).toString()])), want);
    for (const { mode } of files) equal(mode, 0o600);
  });
}
