import { Tabs } from "@mantine/core";
import type { Project } from "../api/types";
import { RoomPage } from "../parts/RoomPage";
import { AuditList } from "./AuditList";
import { MemberList } from "./MemberList";
import { ProcedureList } from "./ProcedureList";
import { WorkStatistics } from "./WorkStatistics";

export function PeoplePage({ project }: { project: Project }) {
  const isAdmin = project.role === "admin";
  return (
    <RoomPage title="People" subtitle={`Who works in ${project.name}, and on what.`}>
      <Tabs defaultValue="members" keepMounted={false}>
        <Tabs.List mb="md">
          <Tabs.Tab value="members">Members</Tabs.Tab>
          <Tabs.Tab value="procedures">Procedures</Tabs.Tab>
          {project.role !== "trainee" && <Tabs.Tab value="work">Work</Tabs.Tab>}
          {isAdmin && <Tabs.Tab value="audit">Record</Tabs.Tab>}
        </Tabs.List>
        <Tabs.Panel value="members">
          <MemberList project={project} />
        </Tabs.Panel>
        <Tabs.Panel value="procedures">
          <ProcedureList current={project.procedure.code} />
        </Tabs.Panel>
        {project.role !== "trainee" && (
          <Tabs.Panel value="work">
            <WorkStatistics project={project} />
          </Tabs.Panel>
        )}
        {isAdmin && (
          <Tabs.Panel value="audit">
            <AuditList projectId={project.id} />
          </Tabs.Panel>
        )}
      </Tabs>
    </RoomPage>
  );
}
