% Matlab's function, which Octave does not have.
function maxNumCompThreads(n)
  printf('threads %d\n', n);
end
