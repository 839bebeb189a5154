t.id,
t.uuid,
t.created_at,
t.updated_at,
t.deleted_at,
t.user_updated_at,
t.external_record_id,
c.concurrency_cap_limit,
c.concurrency_cap_used,
(SELECT string_agg(CAST(m.buyer_id AS TEXT), ',' ORDER BY m.position) FROM buyer_group_buyers m
    WHERE m.company_id = t.company_id AND m.buyer_group_id = t.id),
t.buyers_count,
t.company_id,
t.name,
CASE WHEN c.concurrency_cap_used >= c.concurrency_cap_limit
    OR (CASE WHEN c.hourly_resets_at > ?1 THEN c.attempt_hourly_used ELSE 0 END) + 10000 > c.attempt_hourly_limit
    OR (CASE WHEN c.daily_resets_at > ?1 THEN c.attempt_daily_used ELSE 0 END) + 10000 > c.attempt_daily_limit
    OR (CASE WHEN c.monthly_resets_at > ?1 THEN c.attempt_monthly_used ELSE 0 END) + 10000 > c.attempt_monthly_limit
    OR c.attempt_total_used + 10000 > c.attempt_total_limit
    OR (CASE WHEN c.hourly_resets_at > ?1 THEN c.connection_hourly_used ELSE 0 END) + 10000 > c.connection_hourly_limit
    OR (CASE WHEN c.daily_resets_at > ?1 THEN c.connection_daily_used ELSE 0 END) + 10000 > c.connection_daily_limit
    OR (CASE WHEN c.monthly_resets_at > ?1 THEN c.connection_monthly_used ELSE 0 END) + 10000 > c.connection_monthly_limit
    OR c.connection_total_used + 10000 > c.connection_total_limit
    OR (CASE WHEN c.hourly_resets_at > ?1 THEN c.buyer_conversion_hourly_used ELSE 0 END) + 10000 > c.buyer_conversion_hourly_limit
    OR (CASE WHEN c.daily_resets_at > ?1 THEN c.buyer_conversion_daily_used ELSE 0 END) + 10000 > c.buyer_conversion_daily_limit
    OR (CASE WHEN c.monthly_resets_at > ?1 THEN c.buyer_conversion_monthly_used ELSE 0 END) + 10000 > c.buyer_conversion_monthly_limit
    OR c.buyer_conversion_total_used + 10000 > c.buyer_conversion_total_limit
    OR (CASE WHEN c.hourly_resets_at > ?1 THEN c.revenue_hourly_used ELSE 0 END) >= c.revenue_hourly_limit
    OR (CASE WHEN c.daily_resets_at > ?1 THEN c.revenue_daily_used ELSE 0 END) >= c.revenue_daily_limit
    OR (CASE WHEN c.monthly_resets_at > ?1 THEN c.revenue_monthly_used ELSE 0 END) >= c.revenue_monthly_limit
    OR c.revenue_total_used >= c.revenue_total_limit
    OR (CASE WHEN c.hourly_resets_at > ?1 THEN c.earned_revenue_hourly_used ELSE 0 END) >= c.earned_revenue_hourly_limit
    OR (CASE WHEN c.daily_resets_at > ?1 THEN c.earned_revenue_daily_used ELSE 0 END) >= c.earned_revenue_daily_limit
    OR (CASE WHEN c.monthly_resets_at > ?1 THEN c.earned_revenue_monthly_used ELSE 0 END) >= c.earned_revenue_monthly_limit
    OR c.earned_revenue_total_used >= c.earned_revenue_total_limit
    THEN 1 ELSE 0 END,
t.weight,
t.tier,
t.time_zone,
t.paused,
t.paused_at,
t.paused_by_user_id,
t.unpaused_at,
t.dial_buyers_type,
CASE WHEN c.daily_resets_at > ?1 THEN c.attempt_daily_used ELSE 0 END,
CASE WHEN c.hourly_resets_at > ?1 THEN c.attempt_hourly_used ELSE 0 END,
CASE WHEN c.monthly_resets_at > ?1 THEN c.attempt_monthly_used ELSE 0 END,
c.attempt_total_used,
CASE WHEN c.daily_resets_at > ?1 THEN c.buyer_conversion_daily_used ELSE 0 END,
CASE WHEN c.hourly_resets_at > ?1 THEN c.buyer_conversion_hourly_used ELSE 0 END,
CASE WHEN c.monthly_resets_at > ?1 THEN c.buyer_conversion_monthly_used ELSE 0 END,
c.buyer_conversion_total_used,
CASE WHEN c.daily_resets_at > ?1 THEN c.connection_daily_used ELSE 0 END,
CASE WHEN c.hourly_resets_at > ?1 THEN c.connection_hourly_used ELSE 0 END,
CASE WHEN c.monthly_resets_at > ?1 THEN c.connection_monthly_used ELSE 0 END,
c.connection_total_used,
CASE WHEN c.daily_resets_at > ?1 THEN c.earned_revenue_daily_used ELSE 0 END,
CASE WHEN c.hourly_resets_at > ?1 THEN c.earned_revenue_hourly_used ELSE 0 END,
CASE WHEN c.monthly_resets_at > ?1 THEN c.earned_revenue_monthly_used ELSE 0 END,
c.earned_revenue_total_used,
CASE WHEN c.daily_resets_at > ?1 THEN c.revenue_daily_used ELSE 0 END,
CASE WHEN c.hourly_resets_at > ?1 THEN c.revenue_hourly_used ELSE 0 END,
CASE WHEN c.monthly_resets_at > ?1 THEN c.revenue_monthly_used ELSE 0 END,
c.revenue_total_used,
c.attempt_daily_limit,
c.attempt_hourly_limit,
c.attempt_monthly_limit,
c.attempt_total_limit,
c.buyer_conversion_daily_limit,
c.buyer_conversion_hourly_limit,
c.buyer_conversion_monthly_limit,
c.buyer_conversion_total_limit,
c.connection_daily_limit,
c.connection_hourly_limit,
c.connection_monthly_limit,
c.connection_total_limit,
c.earned_revenue_daily_limit,
c.earned_revenue_hourly_limit,
c.earned_revenue_monthly_limit,
c.earned_revenue_total_limit,
c.revenue_daily_limit,
c.revenue_hourly_limit,
c.revenue_monthly_limit,
c.revenue_total_limit
