/** Context of sealed credentials: it binds them to their project, and to the account or OAuth app that has them. */
export const credentialsContext = ({ id, project_id }: { id: string; project_id: string }) => ({
  purpose: 'credentials' as const,
  project: project_id,
  owner: id,
});
