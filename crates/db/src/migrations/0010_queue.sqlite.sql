UPDATE job SET state = 'ready' WHERE state = 'scheduled' AND run_at <= clock_micros();
