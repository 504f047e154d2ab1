% A toy with SPM's entry points: spm(MODALITY), spm('defaults', MODALITY). It refuses what SPM12 refuses.
function spm(action, modality)
  modalities = {'fmri', 'pet', 'eeg'};
  if nargin < 1
    error('SPM:display', 'spm without arguments needs a display');
  elseif strcmpi(action, 'defaults')
    if nargin < 2 || ~any(strcmpi(modality, modalities))
      error('SPM:modality', 'Unknown Modality');
    end
    printf('defaults %s\n', modality);
  elseif any(strcmpi(action, modalities))
    printf('spm %s\n', action);
  else
    error('SPM:action', 'Unknown action string');
  end
end
