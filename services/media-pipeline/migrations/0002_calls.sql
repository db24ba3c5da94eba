-- Engagements in the words of those who know calls by their provider. For reading alone.
CREATE VIEW calls AS
  SELECT e.engagement_id AS call_id,
         e.workspace_id,
         e.import_source AS provider,
         e.source_call_id AS provider_call_id,
         e.source_metadata AS provider_data,   -- the provider's record, byte for byte
         e.import_batch_id,
         e.happened_at AS started_at,
         e.import_time AS imported_at,
         e.duration_ms,
         r.content_type AS recording_type,     -- NULL: it has no recording
         r.size_bytes AS recording_bytes,
         e.transcript_engine AS transcribed_by -- '': it has no transcript
  FROM engagements AS e LEFT JOIN recordings AS r ON r.call_id = e.call_id;
