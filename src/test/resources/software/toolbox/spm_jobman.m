% A toy batch system: spm_jobman('initcfg'), spm_jobman('run', MODULES), where each module is a function handle.
function spm_jobman(action, modules)
  if strcmp(action, 'initcfg')
    return
  end
  failed = {};
  for i = 1:numel(modules)
    printf('Running module %d\n', i);
    try
      modules{i}();
    catch e
      printf('Failed module %d: %s\n', i, e.message);
      failed{end + 1} = sprintf('module %d: %s', i, e.message);
    end
  end
  if ~isempty(failed)
    error('SPM:batch', 'The following modules did not run:\n%s', strjoin(failed, "\n"));
  end
  printf('Done\n');
end
