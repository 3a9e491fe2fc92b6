import { memoryUsage, resourceUsage, uptime } from "node:process";
import { getHeapStatistics } from "node:v8";
import { Counter, Gauge, type Registry } from "prom-client";

/**
 * What Prometheus is shown of a process: its time and memory under the names that all its clients use, Node's heap and
 * event loop in place of Go's. Worked out when somebody asks.
 */
export function addProcessMetrics(
  registry: Registry,
  { service, version }: { readonly service: string; readonly version: string },
): void {
  const registers = [registry];
  const startSeconds = Date.now() / 1000 - uptime();
  const gauge = (name: string, help: string, read: () => number) => {
    new Gauge({
      name,
      help,
      registers,
      collect() {
        this.set(read());
      },
    });
  };
  new Counter({
    name: "process_cpu_seconds_total",
    help: "Total user and system CPU time spent in seconds.",
    registers,
    collect() {
      const { userCPUTime, systemCPUTime } = resourceUsage();
      this.reset();
      this.inc((userCPUTime + systemCPUTime) / 1e6);
    },
  });
  gauge("process_start_time_seconds", "Start time of the process since unix epoch in seconds.", () => startSeconds);
  gauge("process_resident_memory_bytes", "Resident memory size in bytes.", () => memoryUsage.rss());
  gauge("nodejs_heap_size_used_bytes", "Memory in use by objects.", () => getHeapStatistics().used_heap_size);
  gauge("nodejs_heap_size_total_bytes", "Memory set aside for objects.", () => getHeapStatistics().total_heap_size);
  gauge("nodejs_external_memory_bytes", "Memory of buffers outside of the heap.", () => memoryUsage().external);
  let last = performance.eventLoopUtilization();
  gauge("nodejs_eventloop_utilization", "Share of the time since the last look that the event loop was busy.", () => {
    const now = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(now, last);
    last = now;
    return utilization;
  });
  new Gauge({
    name: "target_info",
    help: "Target metadata",
    labelNames: ["service_name", "service_version", "telemetry_sdk_language"],
    registers,
  }).set({ service_name: service, service_version: version, telemetry_sdk_language: "nodejs" }, 1);
}
