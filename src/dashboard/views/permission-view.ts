/** Whether the signed-in account may do something: asked before it is offered; the API server decides when it is done. */
export type PermissionView =
  | { readonly isAllowed: true }
  /** `missing`: the verb, resource and namespace that RBAC would have to allow. */
  | { readonly isAllowed: false; readonly missing: string };
