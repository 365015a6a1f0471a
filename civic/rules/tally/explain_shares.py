def explain_loads(*a): return ()
