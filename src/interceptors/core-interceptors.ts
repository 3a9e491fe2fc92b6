import { bitbucketInterceptor } from "./bitbucket/bitbucket-interceptor.ts";
import { celInterceptor } from "./cel/cel-interceptor.ts";
import { giteaInterceptor } from "./gitea/gitea-interceptor.ts";
import { githubInterceptor } from "./github/github-interceptor.ts";
import { gitlabInterceptor } from "./gitlab/gitlab-interceptor.ts";
import type { CoreInterceptor } from "./interceptor.ts";
import { slackInterceptor } from "./slack/slack-interceptor.ts";

/** The interceptors that come with Tektite, by the name of their ClusterInterceptor. */
export const coreInterceptors: ReadonlyMap<string, CoreInterceptor> = new Map([
  ["bitbucket", bitbucketInterceptor],
  ["cel", celInterceptor],
  ["gitea", giteaInterceptor],
  ["github", githubInterceptor],
  ["gitlab", gitlabInterceptor],
  ["slack", slackInterceptor],
]);
