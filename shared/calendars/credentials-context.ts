/** Context of a calendar's sealed secrets: it binds them to project and calendar. */
export const credentialsContext = ({ id, project_id }: { id: string; project_id: string }) => ({
  purpose: 'credentials' as const,
  project: project_id,
  owner: id,
});
