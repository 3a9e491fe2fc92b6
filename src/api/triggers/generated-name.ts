/** Name of the Deployment and the Service of an EventListener of that name (spec: controller, section 2). */
export function generatedName(listenerName: string): string {
  return `el-${listenerName}`;
}
