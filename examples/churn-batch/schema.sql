create table churn_scores (
  customer text primary key,
  prediction double precision,
  probabilities jsonb,
  model_version text not null,
  run text not null,
  planned_at timestamptz not null,
  row_id text not null,
  place text not null
);
