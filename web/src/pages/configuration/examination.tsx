import type { UseQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { Finding } from "../../../../src/doctor/finding.ts";
import { Loading } from "../../components/loading.tsx";
import { Problem } from "../../components/problem.tsx";
import { useMessages } from "../../messages/messages-provider.tsx";
import { FindingList } from "./finding-list.tsx";

/** All that `tektite doctor` finds, also what is well. */
export function Examination({ doctor }: { readonly doctor: UseQueryResult<readonly Finding[]> }): ReactNode {
  const { configurationPage } = useMessages();
  return (
    <section aria-labelledby="examination" className="examination">
      <div className="yaml-head">
        <h2 id="examination">{configurationPage.examination}</h2>
        <button type="button" disabled={doctor.isFetching} onClick={() => void doctor.refetch()}>
          {configurationPage.examineAgain}
        </button>
      </div>
      {doctor.isPending && <Loading />}
      {doctor.isError && <Problem error={doctor.error} />}
      {doctor.data !== undefined && <FindingList findings={doctor.data} />}
    </section>
  );
}
